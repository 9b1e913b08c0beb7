// What a rewrite function without rules does for a request, as a yardstick: known parameters, a format, a new path.
function plainRewrite(event) {
  const request = event.request;
  const found = {};
  Object.keys(request.querystring).forEach((name) => {
    const text = request.querystring[name].value;
    const spelled = name.toLowerCase();
    if (spelled === 'format') {
      const accept = request.headers.accept ? request.headers.accept.value : '';
      const best = accept.includes('avif') ? 'avif' : accept.includes('webp') ? 'webp' : 'jpeg';
      found.format = text.toLowerCase() === 'auto' ? best : text.toLowerCase();
    } else if (spelled === 'width' || spelled === 'height' || spelled === 'quality') {
      const number = parseInt(text);
      if (!isNaN(number) && number > 0) {
        found[spelled] = number.toString();
      }
    }
  });
  const parts = ['format', 'quality', 'width', 'height'].filter((name) => found[name]);
  request.uri += '/' + (parts.length ? parts.map((name) => name + '=' + found[name]).join(',') : 'original');
  request.querystring = {};
  return request;
}
