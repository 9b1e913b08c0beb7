// One answer to an old URL in a new process, as a Lambda that has just started gives it.
import { handle } from "./sih.mjs";

const { statusCode } = await handle(JSON.parse(process.argv[2]));
process.stdout.write(`${statusCode}\n`);
