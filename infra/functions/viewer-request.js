// The viewer-request handler as a CloudFront Function: what edge/viewer_request.py does, in JavaScript.
//
// build.py puts the constants in capitals in front of it, from policy.json and the tables in edge/contract, and makes
// it small. Written for what CloudFront's runtime and njs 0.7.9 have in common: no destructuring, no default
// parameters, no for…of, no classes. One name for each declaration and semicolons after statements: see minify.py.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
import cf from 'cloudfront';

async function handler(event) {
  const request = event.request;
  try {
    const path = parsePath(request.uri);
    const given = parseQuery(request.rawQueryString() || '');
    const asked = given[PRESET] ? parsePreset(given) : parseRecipe(given);
    let query = asked.query;
    for (let item = FORMAT; item <= SIGNATURE; item++) {
      const other = textOf(given[item]);
      if (given[item] && !PATTERNS[item - FORMAT].test(other)) {
        refuseValue(given, item);
      }
      query += other && other != 'auto' ? '&' + SHORT[item] + '=' + other : '';
    }
    let slug = asked.slug;
    if (given[SIGNATURE]) {
      const claim = ['ih1', signedKey(path), asked.claim || slug, textOf(given[FORMAT]) || 'auto', textOf(given[EXPIRES])];
      await verify(given[SIGNATURE].text, claim.join('\0'));
      if (given[EXPIRES] && Date.now() / 1000 >= +given[EXPIRES].text) {
        refuse('signature_expired', 'This URL has expired: e is in the past.', 403);
      }
      checkLimits(asked);
    } else {
      slug = unsigned(asked);
      if (ALWAYS || !slug || given[EXPIRES]) {
        refuse('signature_missing', WHY_SIGNED, 403);
      }
    }
    const formatClass = negotiate(textOf(given[FORMAT]), request.headers.accept);
    request.uri = '/' + path + '/' + (textOf(given[VERSION]) || 'any') + '.' + REV + '/' + slug + '.' + formatClass;
    request.querystring = {};
    request.headers['x-imagehub-query'] = { value: '?' + query.slice(1) };
    return request;
  } catch (error) {
    return reply(error, request.method);
  }
}

function textOf(item) {
  return item ? item.text : '';
}

function refuse(code, message, status) {
  throw { status: status || 400, code: code, message: message };
}

function refuseValue(given, item) {
  refuse('parameter_invalid', show(given[item]) + ' is not valid. ' + given[item].spelled + ' must be ' + ALLOWED.split('|')[item].replace('*', COMPASS.join(' ')) + '.');
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
  if (raw.length < MAX_SEGMENT && /^(\/[\w-]+)+\.\w+$/.test(uri) && isImage(raw)) {
    return raw; // most keys; a pattern takes microseconds in CloudFront's runtime
  }
  const encoded = /[^\w\-.\/]/.test(raw) ? encode(raw) : raw;
  if (encoded === false) {
    refuse('path_invalid', 'The path is not percent-encoded UTF-8, or too long.');
  }
  const reason = brokenRule(encoded);
  if (reason) {
    refuse('key_invalid', 'This is not a valid image key: ' + reason + '.');
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
  if (/%([01]|7[EF]|C2%[89]|5C|2A)/.test(encoded)) {
    return "it contains a control character, a backslash, '~' or '*'";
  }
  const segments = encoded.split('/');
  const last = segments.length - 1;
  let image = false;
  for (let index = 0; index <= last; index++) {
    const segment = segments[index];
    if (!segment || segment == '.' || segment == '..') {
      return "a segment between slashes is empty, '.' or '..'";
    }
    if (size > MAX_SEGMENT && sizeOf(segment) > MAX_SEGMENT) {
      return 'a segment between slashes has more than ' + MAX_SEGMENT + ' bytes';
    }
    image = image || (index < last && isImage(segment));
  }
  if (!isImage(segments[last])) {
    return 'its last segment must end in one of .' + EXTENSIONS.trim().replace(/ /g, ' .');
  }
  return image && 'only its last segment may have an image extension';
}

function isImage(segment) {
  const dot = segment.lastIndexOf('.') + 1;
  return dot > 0 && EXTENSIONS.indexOf(' ' + segment.slice(dot).toLowerCase() + ' ') >= 0;
}

function sizeOf(encoded) {
  return encoded.replace(/%../g, '.').length;
}

// The key as it is signed, in NFC. The runtime cannot normalise, so only a key that is certainly in NFC is accepted.
function signedKey(path) {
  if (/%[C-F]/.test(path) && !NFC.test(path)) {
    refuse('key_invalid', 'A signed URL needs an image key in Unicode NFC, without combining characters.');
  }
  return decodeURIComponent(path);
}

// The parameters by their index in SHORT, and the list `order`.
function parseQuery(query) {
  if (query.length > MAX_QUERY) {
    refuse('query_too_long', 'The query has more than ' + MAX_QUERY + ' characters.');
  }
  const given = { order: [] };
  const pairs = (query.indexOf('&amp;') < 0 ? query : query.replace(/&(amp;)+/g, '&')).split('&');
  for (const index in pairs) {
    const pair = pairs[index];
    if (pair) {
      const at = (pair + '=').indexOf('=');
      const found = { spelled: unescapeText(pair.slice(0, at)), text: unescapeText(pair.slice(at + 1)) };
      const short = SHORT.indexOf(found.spelled);
      const item = short < 0 ? LONG[found.spelled] : short;
      if (item >= 0) {
        if (given[item]) {
          refuse('parameter_repeated', show(given[item]) + ' and ' + show(found) + ' set the same parameter twice.');
        }
        given[item] = found;
        given.order.push(item);
      } else if (!TRACKERS.test(found.spelled)) {
        refuse('parameter_unknown', shortened(found.spelled) + ' is not a parameter. The parameters are ' + SHORT.join(' ') + '.');
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
  for (const index in given.order) {
    const item = given.order[index];
    if (item < PRESET) {
      refuse('parameter_invalid', show(given[item]) + ' cannot be combined with ' + preset.spelled + '. Only f, v, e and s can.');
    }
  }
  if (!PRESET_REF.test(preset.text)) {
    refuseValue(given, PRESET);
  }
  return { slug: 'p.' + preset.text, claim: 'p.' + preset.text.split('.')[0], query: '&p=' + preset.text };
}

// As edge.contract.recipe.make_recipe: options without effect are left out.
function parseRecipe(given) {
  const values = DEFAULTS.slice();
  let top = FIT;
  for (const index in given.order) {
    const item = given.order[index];
    if (item < PRESET) {
      values[item] = readValue(READERS[item], given[item].text);
      top = Math.max(top, item);
      if (values[item] === nothing) {
        refuseValue(given, item);
      }
    }
  }
  values[FIT] = values[WIDTH] && values[HEIGHT] ? values[FIT] || 'cover' : '';
  if (top > FIT) {
    leaveOut(values);
    top = PRESET - 1;
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
  const recipe = { across: values[WIDTH], down: values[HEIGHT], fitting: values[FIT], tail: tail, query: query };
  recipe.slug = spellSlug(recipe.across, recipe.down, recipe);
  return recipe;
}

function spellSlug(width, height, recipe) {
  const slug = (width ? '_w' + width : '') + (height ? '_h' + height : '') + (recipe.fitting && '_f' + recipe.fitting) + recipe.tail;
  return slug.slice(1) || 'full';
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
    return /^[0-9a-f]{6}([0-9a-f]{2})?$/.test(colour) ? colour.replace(/^(.{6})ff$/, '$1') : nothing;
  }
  if (reader === READ_DEGREES) {
    return /^-?\d{1,3}$/.test(text) && Math.abs(+text) <= 360 ? (+text + 360) % 360 : nothing;
  }
  if (reader.test) {
    return reader.test(text) ? text : nothing;
  }
  const number = +text;
  const digits = ('' + number == text && Math.floor(number) == number) || /^\d{1,10}$/.test(text);
  return digits && number >= reader[0] && number <= reader[1] ? number : nothing;
}

function readPoint(sides) {
  const x = perMille(sides[0]);
  const y = perMille(sides[1]);
  return sides.length == 2 && x >= 0 && y >= 0 ? x + '-' + y : nothing;
}

function perMille(text) {
  return text && /^\d{0,2}(\.\d{1,6})?$/.test(text) && +text <= 1 ? Math.floor(text * 1000 + 0.5) : -1;
}

// The slug of what anybody may have; empty if it needs a signature.
function unsigned(asked) {
  if (asked.claim) {
    return asked.slug;
  }
  if (asked.tail || ['', 'cover', 'inside'].indexOf(asked.fitting) < 0) {
    return '';
  }
  const size = asked.across && asked.down ? snapBoth(asked.across, asked.down) : [snapSide(asked.across), snapSide(asked.down)];
  return spellSlug(size[0], size[1], asked);
}

function snapSide(side) {
  let index = 0;
  while (RUNGS[index] < side && index < RUNGS.length - 1) {
    index++;
  }
  return side && RUNGS[index];
}

function snapBoth(width, height) {
  let nearest;
  let least = Infinity;
  const longer = Math.max(width, height);
  const onRung = RUNGS.indexOf(longer) >= 0;
  for (const index in RATIOS) {
    const ratio = RATIOS[index];
    const listed = boxOf(longer, ratio);
    if (onRung && listed[0] == width && listed[1] == height) {
      return listed;
    }
    const first = ratio[0] * height;
    const second = width * ratio[1];
    const distance = Math.max(first, second) / Math.min(first, second);
    if (distance < least) {
      least = distance;
      nearest = ratio;
    }
  }
  let box;
  for (const index in RUNGS) {
    box = boxOf(RUNGS[index], nearest);
    if (box[0] >= width && box[1] >= height) {
      break;
    }
  }
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
    refuse('parameter_invalid', name + '=' + (wide ? asked.across : asked.down) + ' is too large. ' + name + ' must be at most ' + MAX_SIDE + '.');
  }
}

// The store holds one entry, the key ring as edge.storage.signing_keys.key_file writes it.
async function verify(signature, message) {
  let expected = '';
  try {
    const store = SIGNING && cf.kvs();
    const ring = await store.get('signing-keys', { format: 'json' });
    const keys = ring.previous ? [ring.current, ring.previous] : [ring.current];
    for (const index in keys) {
      const key = keys[index];
      if (!/^([0-9a-f]{2}){16,}$/i.test(key.key)) {
        throw key;
      }
      if (key.id == signature.split('.')[0]) {
        const hmac = require('crypto').createHmac('sha256', Buffer.from(key.key, 'hex'));
        const digest = Buffer.from(hmac.update(message).digest('hex').slice(0, 32), 'hex');
        expected = key.id + '.' + digest.toString('base64url');
      }
    }
  } catch (error) {
    refuse('signing_keys_unavailable', 'The signing keys cannot be read. Try again in a moment.', 503);
  }
  let difference = expected ? 0 : 1;
  for (let index = 0; index < signature.length; index++) {
    difference |= signature.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  if (difference) {
    refuse('signature_wrong', 'The signature (s) is not valid for this image, recipe and format.', 403);
  }
}

// As edge.contract.negotiation: AVIF and WebP must be named, and AVIF only beside WebP.
function negotiate(format, header) {
  if (format && format != 'auto') {
    return format;
  }
  const weights = {};
  const entries = (header ? header.value : '').slice(0, 1024).toLowerCase().split(',');
  for (const index in entries) {
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
      return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(value) ? +value : 0;
    }
  }
  return 1;
}
