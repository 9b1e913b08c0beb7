// Writes reference.json: what sharp makes of small images, to compare the engine's operations with.
//
//   node tests/edge/image/transform/sharp/reference.mjs var/bench/node
//
// The argument is a folder with sharp in its node_modules; `make bench` makes that one. The pixels are raw, in base64.
// tests/edge/image/transform/sharp_reference.py reads them.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const sharp = createRequire(resolve(process.argv[2], "package.json"))("sharp");

const width = 16;
const height = 12;

function pixels(channels) {
  const data = Buffer.alloc(width * height * channels);
  let seed = 17;
  for (let index = 0; index < width * height; index += 1) {
    const x = index % width;
    const y = Math.floor(index / width);
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const noise = (seed >> 16) % 40;
    const colours = [
      x * 14 + noise,
      y * 18 + (noise >> 1),
      x > 8 ? 230 - noise : Math.abs(x - y) * 14,
      x < 3 ? 0 : y > 8 ? 255 : Math.min(255, x * 12 + y * 8),
    ];
    const values = channels < 3 ? [colours[0], colours[3]] : colours;
    for (let channel = 0; channel < channels; channel += 1) {
      data[index * channels + channel] = Math.max(0, Math.min(255, values[channel]));
    }
  }
  return data;
}

const inputs = { L: pixels(1), LA: pixels(2), RGB: pixels(3), RGBA: pixels(4) };
const MODES = { 1: "L", 2: "LA", 3: "RGB", 4: "RGBA" };

function ellipse({ left, top, rx, ry }) {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
      `<ellipse fill="#5f2929" cx="${left}" cy="${top}" rx="${rx}" ry="${ry}"/></svg>`,
  );
}

async function roundCrop(image, options) {
  const cut = await image.composite([{ input: ellipse(options), blend: "dest-in" }]).png().toBuffer();
  return sharp(cut).trim();
}

async function overlay(image, { ratio, opacity, left, top }) {
  const mark = await sharp(inputs.RGBA, { raw: { width, height, channels: 4 } })
    .resize({ width: Math.floor((width * ratio) / 100), fit: "inside" })
    .composite([
      {
        input: Buffer.from([255, 255, 255, Math.round(2.55 * opacity)]),
        raw: { width: 1, height: 1, channels: 4 },
        tile: true,
        blend: "dest-in",
      },
    ])
    .png()
    .toBuffer();
  return image.composite([{ input: mark, left, top }]);
}

/** What is done to an image, by the name of the engine's function and its arguments. */
const steps = {
  negate: (image, { alpha }) => image.negate({ alpha }),
  linear: (image, { factors, offsets }) => image.linear(factors, offsets),
  gamma: (image, { before, after }) => image.gamma(before, after),
  grayscale: (image) => image.grayscale(),
  tint: (image, { colour }) => image.tint(`#${colour}`),
  threshold: (image, { value, grayscale }) => image.threshold(value, { grayscale }),
  normalise: (image, { lower, upper }) => image.normalise({ lower, upper }),
  modulate: (image, options) => image.modulate(options),
  // sharp filters premultiplied pixels, but a median only if it does something else as well.
  median: (image, { size }) => image.median(size).convolve({ width: 3, height: 3, kernel: identity }),
  convolve: (image, { kernel, scale, offset }) =>
    image.convolve({ width: Math.sqrt(kernel.length), height: Math.sqrt(kernel.length), kernel, scale, offset }),
  blur: (image, { sigma }) => image.blur(sigma ?? undefined),
  sharpen: (image, { sigma }) => (sigma === null ? image.sharpen() : image.sharpen({ sigma })),
  flatten: (image, { colour }) => image.flatten({ background: `#${colour}` }),
  extend: (image, { top, bottom, left, right, colour }) =>
    image.extend({ top, bottom, left, right, background: `#${colour}` }),
  round_crop: roundCrop,
  overlay,
};

const identity = [0, 0, 0, 0, 1, 0, 0, 0, 0];
const emboss = [-2, -1, 0, -1, 1, 1, 0, 1, 2];
const cases = [
  ["negate", { alpha: true }],
  ["negate", { alpha: false }],
  ["linear", { factors: [1.3], offsets: [-20] }],
  ["linear", { factors: [0.5, 1, 1.5], offsets: [40, 0, -30] }, ["RGB", "RGBA"]],
  ["gamma", { before: 2.2, after: 2.2 }],
  ["gamma", { before: 1.6, after: 2.4 }],
  ["grayscale", {}, ["RGB"]],
  ["tint", { colour: "704214" }, ["RGB", "RGBA"]],
  ["tint", { colour: "0000ff" }, ["RGB", "RGBA"]],
  ["tint", { colour: "ff0000" }, ["RGB", "RGBA"]],
  ["threshold", { value: 128, grayscale: true }],
  ["threshold", { value: 90, grayscale: false }],
  ["normalise", { lower: 1, upper: 99 }],
  ["normalise", { lower: 20, upper: 70 }],
  ["modulate", { brightness: 0.6, saturation: 1, hue: 0, lightness: 0 }],
  ["modulate", { brightness: 1, saturation: 0.4, hue: 0, lightness: 10 }],
  ["modulate", { brightness: 1.1, saturation: 1.5, hue: 120, lightness: -5 }],
  ["median", { size: 3 }],
  ["median", { size: 5 }],
  // With transparency sharp's results may have less than no alpha, and any colour.
  ["convolve", { kernel: emboss, scale: 1, offset: 10 }, ["L", "RGB"]],
  ["convolve", { kernel: [1, 2, 1, 2, 4, 2, 1, 2, 1], scale: 16, offset: 0 }],
  ["convolve", { kernel: Array.from({ length: 25 }, (_, index) => index % 4), scale: 36, offset: 0 }],
  ["blur", { sigma: null }],
  ["blur", { sigma: 0.3 }],
  ["blur", { sigma: 0.8 }],
  ["blur", { sigma: 1.5 }],
  ["blur", { sigma: 4 }, ["L", "RGB"]],
  ["sharpen", { sigma: null }, ["L", "RGB"]],
  ["sharpen", { sigma: 1 }, ["L", "RGB"]],
  ["flatten", { colour: "20a060" }, ["RGBA"]],
  ["extend", { top: 2, bottom: 1, left: 3, right: 0, colour: "20a060" }, ["RGB"]],
  ["round_crop", { left: 8, top: 6, rx: 6, ry: 6 }, ["RGB"]],
  ["round_crop", { left: 8, top: 6, rx: 6, ry: 6 }, ["RGBA"]],
  ["round_crop", { left: 7, top: 6, rx: 6, ry: 4 }, ["RGB"]],
  ["round_crop", { left: 2, top: 3, rx: 8, ry: 5 }, ["RGB"]],
  ["overlay", { ratio: 100, opacity: 100, left: 0, top: 0 }, ["RGB", "RGBA"]],
  ["overlay", { ratio: 50, opacity: 100, left: 4, top: 6 }, ["RGB", "RGBA"]],
  ["overlay", { ratio: 30, opacity: 40, left: 0, top: 0 }, ["RGB", "RGBA"]],
];

const encoded = (data) => data.toString("base64");
const outputs = [];
for (const [name, options, modes = ["L", "LA", "RGB", "RGBA"]] of cases) {
  for (const mode of modes) {
    const image = sharp(inputs[mode], { raw: { width, height, channels: mode.length } });
    const changed = await steps[name](image, options);
    const { data, info } = await changed.raw().toBuffer({ resolveWithObject: true });
    const size = [info.width, info.height];
    outputs.push({ name, options, input: mode, mode: MODES[info.channels], size, pixels: encoded(data) });
  }
}
const found = {
  sharp: sharp.versions.sharp,
  vips: sharp.versions.vips,
  size: [width, height],
  inputs: Object.fromEntries(Object.entries(inputs).map(([mode, data]) => [mode, encoded(data)])),
  outputs,
};
writeFileSync(new URL("reference.json", import.meta.url), `${JSON.stringify(found, null, 1)}\n`);
