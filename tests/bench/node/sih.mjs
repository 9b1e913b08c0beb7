// What the Lambda of AWS's image handler does with a URL that is JSON in base64: get the original, apply the edits with
// sharp at its defaults, reply in base64. Nothing is stored.
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";

const s3 = new S3Client({ endpoint: process.env.S3_ENDPOINT, forcePathStyle: true });

/** Only what is inside an ellipse, cut to it. */
async function insideEllipse(image) {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const [x, y] = [info.width / 2, info.height / 2];
  const radius = Math.min(x, y);
  const shape = `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${radius}"/>`;
  const mask = Buffer.from(`<svg width="${info.width}" height="${info.height}">${shape}</svg>`);
  return sharp(await sharp(data).composite([{ input: mask, blend: "dest-in" }]).toBuffer()).trim();
}

/** The image of `body` with the edits: the size first, then in their order. */
export async function edited(body, { resize, ...edits }) {
  let image = sharp(body, { failOn: "none" }).keepMetadata();
  if (resize) image = image.resize(resize);
  for (const [name, value] of Object.entries(edits)) {
    if (name === "roundCrop") image = await insideEllipse(image);
    else image = image[name](value);
  }
  return image;
}

/** Answers an event of an HTTP API. */
export async function handle({ rawPath }) {
  const asked = JSON.parse(Buffer.from(rawPath.slice(1), "base64").toString());
  const object = await s3.send(new GetObjectCommand({ Bucket: asked.bucket, Key: asked.key }));
  const image = await edited(await object.Body.transformToByteArray(), asked.edits);
  if (asked.outputFormat) image.toFormat(asked.outputFormat);
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const headers = { "Content-Type": `image/${info.format}`, "Cache-Control": "max-age=31536000,public" };
  return { statusCode: 200, isBase64Encoded: true, headers, body: data.toString("base64") };
}
