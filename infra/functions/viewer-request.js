// The viewer-request handler as a CloudFront Function: what edge/viewer_request.py does, in JavaScript.
//
// build.py puts the constants in capitals in front of it, from policy.json and the tables in edge/contract, and makes
// it small. Written for what CloudFront's runtime and njs 0.7.9 have in common: no destructuring, no default
// parameters, no for…of, no classes. One name for each declaration and semicolons after statements: see minify.py.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
import cf from 'cloudfront';

async function handler(event) {
  const request = event.request;
  const raw = request.rawQueryString() || '';
  if (!ALWAYS && (request.uri + (raw && '&' + raw)).search(PLAIN) == 0 && request.uri.length <= MAX_SEGMENT) {
    return rewritePlain(request, raw);
  }
  return answer(request, raw);
}

// Every other URL. build.py puts what only this function needs inside it, since the runtime may run the file from the
// beginning for each request.
async function answer(request, raw) {
  try {
    const path = parsePath(request.uri);
    const given = parseQuery(raw);
    const asked = given[PRESET] ? parsePreset(given) : parseRecipe(given);
    let query = asked.query;
    for (let item = FORMAT; item <= SIGNATURE; item++) {
      const other = textOf(given[item]);
      if (given[item]) {
        if (other.search(PATTERNS[item - FORMAT]) < 0) {
          refuseValue(given, item);
        }
        query += other == 'auto' ? '' : '&' + SHORT[item] + '=' + other;
      }
    }
    let slug = asked.slug;
    if (given[SIGNATURE]) {
      const claim = ['ih1', signedKey(path), asked.claim || slug, textOf(given[FORMAT]) || 'auto', textOf(given[EXPIRES])];
      await verify(given[SIGNATURE].text, claim.join('\0'));
      if (given[EXPIRES] && Date.now() / 1000 >= +given[EXPIRES].text) {
        refuse('This URL has expired: e is in the past.', 'signature_expired', 403);
      }
      checkLimits(asked);
    } else {
      slug = unsigned(asked);
      if (ALWAYS || !slug || given[EXPIRES]) {
        refuse(WHY_SIGNED, 'signature_missing', 403);
      }
    }
    return rewrite(request, '/' + path, textOf(given[VERSION]), slug, textOf(given[FORMAT]), query.slice(1));
  } catch (error) {
    return reply(error, request.method);
  }
}

// A URL in the spelling of our own tags that asks for a size or a preset, a format, a version: no other rule than the
// ladder can apply to it, and its query is spelled as it will be.
function rewritePlain(request, query) {
  const given = {};
  const pairs = query.split('&');
  for (let index = 0; index < pairs.length; index++) {
    given[pairs[index].charAt(0)] = pairs[index].slice(2);
  }
  const slug = given.p ? 'p.' + given.p : snap(given.w | 0, given.h | 0, given.w && given.h ? 'cover' : '');
  return rewrite(request, request.uri, given.v, slug, given.f, query);
}

function rewrite(request, path, version, slug, format, query) {
  request.uri = path.concat('/', version || 'any', '.' + REV + '/', slug, '.', negotiate(format, request.headers.accept));
  request.querystring = {};
  request.headers['x-imagehub-query'] = { value: '?' + query };
  return request;
}

function textOf(item) {
  return item ? item.text : '';
}

function refuse(message, code, status) {
  throw { status: status || 400, code: code || 'parameter_invalid', message: message };
}

function refuseValue(given, item) {
  refuse(show(given[item]) + ' is not valid. ' + given[item].spelled + ' must be ' + ALLOWED.split('|')[item].replace('*', COMPASS.join(' ')) + '.');
}

function show(item) {
  return item.spelled + '=' + shortened(item.text);
}

function shortened(text) {
  return text.length > 40 ? text.slice(0, 40) + '…' : text;
}

function reply(error, method) {
  if (!error.code) {
    console.log('unexpected: ' + error);
    error = { status: 500, code: 'internal', message: 'Something went wrong on the server.' };
  }
  const response = {
    statusCode: error.status,
    headers: {
      'content-type': { value: 'application/json' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'x-imagehub-error': { value: error.code },
    },
  };
  if (method != 'HEAD') {
    response.body = { encoding: 'text', data: JSON.stringify(error) };
  }
  return response;
}

// The path without its slash, percent-encoded as edge.contract.url_path does. All rules of edge.contract.keys are
// checked in this form, where a character that is not ASCII is a run of escapes.
function parsePath(uri) {
  const raw = uri.charAt(0) == '/' && uri.length <= MAX_PATH + 1 && uri.slice(1);
  const encoded = raw && raw.search(/[^\w\-.\/]/) >= 0 ? encode(raw) : raw;
  if (encoded === false) {
    refuse('The path is not percent-encoded UTF-8, or too long.', 'path_invalid');
  }
  const reason = brokenRule(encoded);
  if (reason) {
    refuse('This is not a valid image key: ' + reason + '.', 'key_invalid');
  }
  return encoded;
}

function encode(raw) {
  try {
    return encodeURIComponent(decodeURIComponent(raw)).replace(/%2F/g, '/').replace(/[!'()*~]/g, escapeCharacter);
  } catch (error) {
    return false;
  }
}

function escapeCharacter(character) {
  return '%' + character.charCodeAt(0).toString(16).toUpperCase();
}

function brokenRule(encoded) {
  const size = sizeOf(encoded);
  if (!size) {
    return 'it is empty; write a path such as photos/beach.jpg';
  }
  if (size > MAX_KEY) {
    return 'it has ' + size + ' bytes; at most ' + MAX_KEY + ' are allowed';
  }
  if (encoded.search(/%([01]|7[EF]|C2%[89]|5C|2A)/) >= 0) {
    return "it contains a control character, a backslash, '~' or '*'";
  }
  if (('/' + encoded + '/').search(/\/\.?\.?\//) >= 0) {
    return "a segment between slashes is empty, '.' or '..'";
  }
  if (size > MAX_SEGMENT && encoded.split('/').some((segment) => sizeOf(segment) > MAX_SEGMENT)) {
    return 'a segment between slashes has more than ' + MAX_SEGMENT + ' bytes';
  }
  if (encoded.slice(encoded.lastIndexOf('/') + 1).search(IMAGE) < 0) {
    return 'its last segment must end in one of .' + IMAGE.source.slice(3, -7).replace(/[|]/g, ' .');
  }
  return encoded.indexOf('/', encoded.search(IMAGE)) > 0 && 'only its last segment may have an image extension';
}

function sizeOf(encoded) {
  return encoded.length - 2 * encoded.split('%').length + 2;
}

// The key as it is signed, in NFC. The runtime cannot normalise, so only a key that is certainly in NFC is accepted.
function signedKey(path) {
  const key = decodeURIComponent(path);
  let last = 0;
  for (let index = 0; index < key.length && key.length < path.length; index++) {
    let left = key.codePointAt(index);
    let kind = 0;
    while (left >= 0) {
      left -= NFC[kind++] | 0;
    }
    kind %= 3;
    if (kind == 1 || (!kind && !last)) {
      refuse('A signed URL needs an image key in Unicode NFC, without combining characters.', 'key_invalid');
    }
    last = kind;
  }
  return key;
}

// The parameters by their index in SHORT, and the `first` of the recipe's.
function parseQuery(query) {
  if (query.length > MAX_QUERY) {
    refuse('The query has more than ' + MAX_QUERY + ' characters.', 'query_too_long');
  }
  const given = {};
  const pairs = (query.indexOf('&amp;') < 0 ? query : query.replace(/&(amp;)+/g, '&')).split('&');
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    if (pair) {
      const at = (pair + '=').indexOf('=');
      const found = { spelled: unescapeText(pair.slice(0, at)), text: unescapeText(pair.slice(at + 1)) };
      const short = SHORT.indexOf(found.spelled);
      const item = short < 0 ? LONG[found.spelled] : short;
      if (item >= 0) {
        if (given[item]) {
          refuse(show(given[item]) + ' and ' + show(found) + ' set the same parameter twice.', 'parameter_repeated');
        }
        given[item] = found;
        if (item < PRESET) {
          given.first = given.first || found;
        }
      } else if (found.spelled.search(TRACKERS) < 0) {
        refuse(shortened(found.spelled) + ' is not a parameter. The parameters are ' + SHORT.join(' ') + '.', 'parameter_unknown');
      }
    }
  }
  return given;
}

// Printable ASCII only: no name and no valid value has any other character.
function unescapeText(text) {
  return text.indexOf('%') < 0 ? text : text.replace(/%[2-7][0-9a-f]/gi, unescapeByte);
}

function unescapeByte(escape) {
  return String.fromCharCode(parseInt(escape.slice(1), 16));
}

// What is asked for, with the slug and the query that spell it; of a preset also the slug that is signed.
function parsePreset(given) {
  const preset = given[PRESET];
  if (given.first) {
    refuse(show(given.first) + ' cannot be combined with ' + preset.spelled + '. Only f, v, e and s can.');
  }
  if (preset.text.search(PRESET_REF) < 0) {
    refuseValue(given, PRESET);
  }
  return { slug: 'p.' + preset.text, claim: 'p.' + preset.text.split('.')[0], query: '&p=' + preset.text };
}

// As edge.contract.recipe.make_recipe: options without effect are left out.
function parseRecipe(given) {
  const values = DEFAULTS.slice();
  let top = FIT;
  for (let item = 0; item < PRESET; item++) {
    if (given[item]) {
      values[item] = readValue(READERS[item], given[item].text);
      if (values[item] === nothing) {
        refuseValue(given, item);
      }
      if (item > FIT) {
        top = PRESET - 1;
      }
    }
  }
  values[FIT] = values[WIDTH] && values[HEIGHT] ? values[FIT] || 'cover' : '';
  if (top > FIT) {
    leaveOut(values);
  }
  return spellRecipe(values, top);
}

function leaveOut(values) {
  if (values[QUALITY] == POLICY_QUALITY) {
    values[QUALITY] = 0;
  }
  if (values[FIT] != 'cover' && (values[FIT] != 'contain' || COMPASS.indexOf(values[GRAVITY]) < 1)) {
    values[GRAVITY] = 'focal';
  }
  if (values[GRAVITY] != 'face') {
    values[FACE] = 1;
    if (values[GRAVITY] != 'faces') {
      values[PAD] = null;
    }
  }
  if (!values[WIDTH] && !values[HEIGHT]) {
    values[UP] = 0;
  }
  if (values[FLIP] && values[FLOP]) {
    values[ROTATE] = (values[ROTATE] + 180) % 360;
    values[FLIP] = values[FLOP] = 0;
  }
  if ((values[FLIP] || values[FLOP]) && values[ROTATE] > 179) {
    values[ROTATE] -= 180;
    values[FLOP] = values[FLIP];
    values[FLIP] = 1 - values[FLOP];
  }
  if (!(values[ROTATE] || values[FLIP] || values[FLOP] || values[TRIM])) {
    values[GRAVITY] = COMPASS[POINTS.indexOf(values[GRAVITY])] || values[GRAVITY];
  }
}

function spellRecipe(values, top) {
  let tail = '';
  let query = '';
  for (let item = 0; item <= top; item++) {
    const value = values[item];
    if (value !== DEFAULTS[item]) {
      if (item > FIT) {
        tail += '_' + (PREFIXES[item] || SHORT[item]) + (READERS[item] === FLAG ? '' : value);
      }
      if (value != 'cover') {
        query += '&' + SHORT[item] + '=' + (item == GRAVITY ? spellGravity(value) : value);
      }
    }
  }
  const slug = spellSlug(values[WIDTH], values[HEIGHT], values[FIT], tail);
  return { across: values[WIDTH], down: values[HEIGHT], fitting: values[FIT], tail: tail, query: query, slug: slug };
}

function spellSlug(width, height, fitting, tail) {
  return ((width ? '_w' + width : '') + (height ? '_h' + height : '') + (fitting && '_f' + fitting) + tail).slice(1) || 'full';
}

function spellGravity(value) {
  const point = value.split('-');
  return point[1] ? point[0] / 1000 + ',' + point[1] / 1000 : value;
}

let nothing;

// The value, with a point spelled as in slugs; nothing if the text does not spell one.
function readValue(reader, text) {
  if (reader === FLAG) {
    return text == '0' ? 0 : text == '1' ? 1 : nothing;
  }
  if (reader === READ_GRAVITY) {
    return COMPASS.indexOf(text) < 0 && OTHER_GRAVITIES.indexOf(text) < 0 ? readPoint(text.split(',')) : text;
  }
  if (reader === READ_COLOUR) {
    const colour = text.toLowerCase();
    return colour.search(/^[0-9a-f]{6}([0-9a-f]{2})?$/) ? nothing : colour.replace(/^(.{6})ff$/, '$1');
  }
  if (reader === READ_DEGREES) {
    return text.search(/^-?\d{1,3}$/) || Math.abs(+text) > 360 ? nothing : (+text + 360) % 360;
  }
  if (reader.test) {
    return text.search(reader) ? nothing : text;
  }
  return text.search(/^\d{1,10}$/) || +text < reader[0] || +text > reader[1] ? nothing : +text;
}

function readPoint(sides) {
  const x = perMille(sides[0]);
  const y = perMille(sides[1]);
  return sides.length == 2 && x >= 0 && y >= 0 ? x + '-' + y : nothing;
}

function perMille(text) {
  return text && !text.search(/^\d{0,2}(\.\d{1,6})?$/) && +text <= 1 ? Math.floor(text * 1000 + 0.5) : -1;
}

// The slug of what anybody may have; empty if it needs a signature.
function unsigned(asked) {
  if (asked.claim) {
    return asked.slug;
  }
  return asked.tail || ['', 'cover', 'inside'].indexOf(asked.fitting) < 0 ? '' : snap(asked.across, asked.down, asked.fitting);
}

function snap(width, height, fitting) {
  const size = fitting ? snapBoth(width, height) : [snapSide(width), snapSide(height)];
  return spellSlug(size[0], size[1], fitting, '');
}

function snapSide(side) {
  return side && RUNGS.indexOf(side) < 0 ? RUNGS.find((rung) => rung >= side) || RUNGS[RUNGS.length - 1] : side;
}

function snapBoth(width, height) {
  let box;
  let nearest;
  let least = Infinity;
  const longer = Math.max(width, height);
  const fits = (rung, ratio) => {
    box = boxOf(rung, ratio);
    return box[0] >= width && box[1] >= height;
  };
  const isNear = (ratio) => Math.abs(ratio[0] * height - width * ratio[1]) <= ratio[0] + ratio[1];
  const isListed = (ratio) => isNear(ratio) && fits(longer, ratio) && box[0] == width && box[1] == height;
  if (RUNGS.indexOf(longer) >= 0 && RATIOS.some(isListed)) {
    return box;
  }
  RATIOS.forEach((ratio) => {
    const first = ratio[0] * height;
    const second = width * ratio[1];
    const distance = Math.max(first, second) / Math.min(first, second);
    if (distance < least) {
      least = distance;
      nearest = ratio;
    }
  });
  RUNGS.some((rung) => fits(rung, nearest));
  return box;
}

function boxOf(rung, ratio) {
  return ratio[0] >= ratio[1]
    ? [rung, shortSide((rung * ratio[1]) / ratio[0])]
    : [shortSide((rung * ratio[0]) / ratio[1]), rung];
}

// Halves are rounded to even numbers, as Python does.
function shortSide(side) {
  const rounded = Math.round(side);
  return Math.max(1, rounded - side == 0.5 && rounded % 2 ? rounded - 1 : rounded);
}

function checkLimits(asked) {
  const wide = asked.across > MAX_SIDE;
  if (wide || asked.down > MAX_SIDE) {
    const name = wide ? 'w' : 'h';
    refuse(name + '=' + (wide ? asked.across : asked.down) + ' is too large. ' + name + ' must be at most ' + MAX_SIDE + '.');
  }
}

// The store holds one entry, the key ring as edge.storage.signing_keys.key_file writes it.
async function verify(signature, message) {
  let expected = '';
  try {
    const store = SIGNING && cf.kvs();
    const ring = await store.get('signing-keys', { format: 'json' });
    const keys = ring.previous ? [ring.current, ring.previous] : [ring.current];
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index];
      if (key.key.search(/^([0-9a-f]{2}){16,}$/i)) {
        throw key;
      }
      if (key.id == signature.split('.')[0]) {
        const hmac = require('crypto').createHmac('sha256', Buffer.from(key.key, 'hex'));
        const digest = Buffer.from(hmac.update(message).digest('hex').slice(0, 32), 'hex');
        expected = key.id + '.' + digest.toString('base64url');
      }
    }
  } catch (error) {
    refuse('The signing keys cannot be read. Try again in a moment.', 'signing_keys_unavailable', 503);
  }
  let difference = expected ? 0 : 1;
  for (let index = 0; index < signature.length; index++) {
    difference |= signature.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  if (difference) {
    refuse('The signature (s) is not valid for this image, recipe and format.', 'signature_wrong', 403);
  }
}

// As edge.contract.negotiation: AVIF and WebP must be named, and AVIF only beside WebP.
function negotiate(format, header) {
  if (format && format != 'auto') {
    return format;
  }
  const accept = header ? header.value : '';
  if (accept.search(/^image\/(avif,image\/webp|webp,image\/avif),/) == 0) {
    return 'avif'; // most browsers
  }
  const weights = {};
  const entries = accept.slice(0, 1024).toLowerCase().split(',');
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index].trim();
    if (entry.indexOf(';') < 0) {
      weights[entry] = 1;
    } else if (entry.indexOf('image/') === 0) {
      const parts = entry.split(';');
      const name = parts[0].trim();
      weights[name] = Math.max(weights[name] || 0, weightOf(parts));
    }
  }
  const webp = weights['image/webp'] || 0;
  const avif = webp && (weights['image/avif'] || 0);
  const best = Math.max(avif, webp, weights['image/jpeg'] || 0, weights['image/png'] || 0);
  return best && avif == best ? 'avif' : best && webp == best ? 'webp' : 'basic';
}

function weightOf(parts) {
  for (let index = 1; index < parts.length; index++) {
    const at = (parts[index] + '=').indexOf('=');
    if (parts[index].slice(0, at).trim() == 'q') {
      const value = parts[index].slice(at + 1).trim();
      return value.search(/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/) ? 0 : +value;
    }
  }
  return 1;
}
