// What a Lambda handler made of sharp and AWS's SDK does, as in https://github.com/aws-samples/image-optimization:
// get the original, transform it at sharp's defaults, put the result.
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";

const s3 = new S3Client({ endpoint: process.env.S3_ENDPOINT, forcePathStyle: true });

/** Makes `variant` of `original`, `width` pixels wide, in `format`. */
export async function handle({ bucket, original, variant, width, format }) {
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: original }));
  const image = sharp(await object.Body.transformToByteArray(), { failOn: "none", animated: true });
  const { orientation } = await image.metadata();
  image.resize({ width });
  if (orientation) image.rotate();
  const body = await image.toFormat(format).toBuffer();
  const facts = { ContentType: `image/${format}`, CacheControl: "max-age=31622400" };
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: variant, Body: body, ...facts }));
  return { statusCode: 200, isBase64Encoded: true, body: body.toString("base64") };
}
