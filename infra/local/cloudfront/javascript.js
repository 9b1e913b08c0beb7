// Appended to a CloudFront Function: reads an event from each line of stdin and prints what the handler returns.
// It runs in njs and in Node. The names begin with "server", since the function's own are in the same module.
import serverFiles from 'fs';

const serverInput = serverFiles.openSync('/dev/stdin', 'r');
const serverBuffer = Buffer.alloc(65536);
let serverRead = Buffer.alloc(0);

function serverLine() {
  for (;;) {
    const end = serverRead.indexOf('\n');
    if (end >= 0) {
      const line = serverRead.slice(0, end).toString();
      serverRead = serverRead.slice(end + 1);
      return line;
    }
    const size = serverFiles.readSync(serverInput, serverBuffer, 0, 65536, null);
    if (!size) {
      return '';
    }
    serverRead = Buffer.concat([serverRead, serverBuffer.slice(0, size)]);
  }
}

async function serverAnswer(line) {
  const input = JSON.parse(line);
  input.event.request.rawQueryString = function () {
    return input.query === '' ? undefined : input.query;
  };
  try {
    const result = await handler(input.event);
    return { result: result };
  } catch (error) {
    return { error: '' + error };
  }
}

async function serverLoop() {
  console.log('{"ready":true}');
  for (let line = serverLine(); line; line = serverLine()) {
    const answer = await serverAnswer(line);
    console.log(JSON.stringify(answer));
  }
}

serverLoop();
