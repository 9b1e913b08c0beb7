// One answer of the handler in a new process, as a Lambda that has just started gives it.
import { handle } from "./handler.mjs";

const { statusCode } = await handle(JSON.parse(process.argv[2]));
process.stdout.write(`${statusCode}\n`);
