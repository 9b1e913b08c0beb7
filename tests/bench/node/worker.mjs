// sharp as a worker: one line of JSON asks, one line answers.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

let last = [];

/** A file's bytes, read before the clock starts. */
function contents(path) {
  if (last[0] !== path) last = [path, readFileSync(path)];
  return last[1];
}

function keep(out, body) {
  if (out) writeFileSync(out, body);
}

function resized(body, { width, height }) {
  if (!width) return sharp(body);
  const size = height ? { width, height, fit: "fill" } : { width, withoutEnlargement: true };
  return sharp(body).resize(size);
}

function encoder({ quality, effort, lossless }) {
  return { ...(quality && { quality }), ...(effort !== undefined && { effort }), ...(lossless && { lossless }) };
}

async function timed(pipeline) {
  const started = performance.now();
  const { data, info } = await pipeline().toBuffer({ resolveWithObject: true });
  const { width, height, channels: bands } = info;
  return { data, answer: { ms: performance.now() - started, bytes: data.length, width, height, bands } };
}

const operations = {
  async resize({ input, out, ...size }) {
    const body = contents(input);
    const { data, answer } = await timed(() => resized(body, size).raw());
    keep(out, data);
    return answer;
  },
  async encode({ pixels, format, out, ...options }) {
    const { data: raw, info } = await sharp(contents(pixels)).raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const image = () => sharp(raw, { raw: { width, height, channels } });
    const { data, answer } = await timed(() => image().toFormat(format, encoder(options)));
    keep(out, data);
    return answer;
  },
  async job({ input, format, out, width, height, ...options }) {
    const body = contents(input);
    const { data, answer } = await timed(() => resized(body, { width, height }).toFormat(format, encoder(options)));
    keep(out, data);
    return answer;
  },
  /** Where a strategy crops, in pixels of the image that was resized before. An image of the same shape is not cropped. */
  async crop({ input, width, height, position }) {
    const image = sharp(contents(input)).resize(width, height, { position: sharp.strategy[position] });
    const { info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { left: info.cropOffsetLeft ?? 0, top: info.cropOffsetTop ?? 0 };
  },
  async origin(task) {
    const { handle } = await import("./handler.mjs");
    const started = performance.now();
    await handle(task);
    return { ms: performance.now() - started };
  },
  /** The reply to an old URL; the time is the processor's, of all threads. */
  async sih({ event, out }) {
    const { handle } = await import("./sih.mjs");
    const before = process.cpuUsage();
    const { body } = await handle(event);
    const { user, system } = process.cpuUsage(before);
    const image = Buffer.from(body, "base64");
    keep(out, image);
    return { ms: (user + system) / 1000, bytes: image.length };
  },
  /** The edits of an old URL on pixels that have their size already, as a PNG. */
  async edited({ input, out, edits }) {
    const { edited } = await import("./sih.mjs");
    const image = await edited(contents(input), edits);
    const { data, answer } = await timed(() => image.png());
    keep(out, data);
    return answer;
  },
  peak() {
    const status = readFileSync("/proc/self/status", "utf8");
    return { kilobytes: Number(/VmHWM:\s+(\d+)/.exec(status)[1]) };
  },
  versions() {
    return { node: process.versions.node, sharp: sharp.versions.sharp, libvips: sharp.versions.vips };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...task } = JSON.parse(line);
  let answer;
  try {
    answer = await operations[op](task);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
