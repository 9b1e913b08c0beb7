// Appended to the function: calls it for each case of cases.json, as CloudFront would, and writes results.json.
import vectorFiles from 'fs';

function vectorEvent(vector) {
  const headers = { host: { value: 'example.org' }, 'x-imagehub-query': { value: '?w=9999' } };
  if (vector.accept) {
    headers.accept = { value: vector.accept };
  }
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    request: {
      method: vector.method || 'GET',
      uri: vector.path,
      querystring: { parsed: { value: 'by CloudFront' } },
      headers: headers,
      cookies: {},
      rawQueryString: function () {
        return vector.query === '' ? undefined : vector.query;
      },
    },
  };
}

async function runVectors() {
  const input = JSON.parse(vectorFiles.readFileSync('cases.json', 'utf8'));
  const results = [];
  globalThis.keyRing = input.keys;
  for (let index = 0; index < input.cases.length; index++) {
    const vector = input.cases[index];
    Date.now = function () {
      return vector.now * 1000;
    };
    const result = await handler(vectorEvent(vector));
    results.push(result);
  }
  vectorFiles.writeFileSync('results.json', JSON.stringify(results));
}

runVectors().catch(function (error) {
  console.log('failed: ' + error);
});
