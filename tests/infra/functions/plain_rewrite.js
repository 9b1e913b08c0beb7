// A yardstick: the steps of the rewrite function in AWS's image-optimization sample, in words of our own. It reads four
// parameters, takes numbers as they come, looks into Accept if the format is auto, and writes a new path. It has no
// rules for keys, no list of sizes, no signatures, no errors.
const plainFormats = ['auto', 'jpeg', 'webp', 'avif', 'png', 'svg', 'gif'];

function plainFormat(text, accept) {
  if (text != 'auto') {
    return text;
  }
  return !accept ? 'jpeg' : accept.value.includes('avif') ? 'avif' : accept.value.includes('webp') ? 'webp' : 'jpeg';
}

function plainNumber(text, most) {
  const number = parseInt(text);
  return isNaN(number) || number <= 0 ? '' : Math.min(number, most).toString();
}

function plainRewrite(event) {
  const request = event.request;
  const wanted = {};
  Object.keys(request.querystring).forEach((name) => {
    const text = request.querystring[name].value;
    switch (name.toLowerCase()) {
      case 'format':
        if (plainFormats.includes(text.toLowerCase())) {
          wanted.format = plainFormat(text.toLowerCase(), request.headers.accept);
        }
        break;
      case 'width':
        wanted.width = plainNumber(text, Infinity);
        break;
      case 'height':
        wanted.height = plainNumber(text, Infinity);
        break;
      case 'quality':
        wanted.quality = plainNumber(text, 100);
    }
  });
  const parts = [];
  if (wanted.format) {
    parts.push('format=' + wanted.format);
  }
  if (wanted.quality) {
    parts.push('quality=' + wanted.quality);
  }
  if (wanted.width) {
    parts.push('width=' + wanted.width);
  }
  if (wanted.height) {
    parts.push('height=' + wanted.height);
  }
  request.uri = request.uri + '/' + (parts.length ? parts.join(',') : 'original');
  request.querystring = {};
  return request;
}
