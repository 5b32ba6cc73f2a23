import { JsonTextError, parseJson } from './json-text.js';
import { print } from './print.js';
import type { Host, Value } from './values.js';
import { TemplateError, type Work } from './work.js';

/** `$util`. */
export const util: Host = {
  property: () => undefined,
  method: (name, [first], work) => {
    const text = print(first, work);
    // Each looks at every character; one that it has to write otherwise is dearer than many that it copies.
    work.characters(text.length * 4);
    if (name === 'parseJson') return parse(text, work);
    const result = recoded(name, text);
    work.characters(Math.abs(result.length - text.length) * 32);
    return result;
  },
};

function recoded(name: string, text: string): string {
  switch (name) {
    case 'escapeJavaScript':
      return escapeJavaScript(text);
    case 'urlEncode':
      return urlEncode(text);
    case 'urlDecode':
      return urlDecode(text);
    case 'base64Encode':
      return Buffer.from(text).toString('base64');
    case 'base64Decode':
      return Buffer.from(text, 'base64').toString();
    default:
      throw new TemplateError(`$util has no method ${name}.`);
  }
}

function parse(text: string, work: Work): Value {
  // Reading a few characters costs as much as looking at a value.
  work.values(text.length >> 4);
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof JsonTextError) throw new TemplateError('$util.parseJson: not JSON.', { cause });
    throw cause;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** As Apache Commons has it, single quotes and slashes included (aws-facts 7.5: `'` becomes `\'`). */
const escapeJavaScript = (text: string): string =>
  text.replace(/["'\\/]|[^ -~]/g, (character) => {
    if (/["'\\/]/.test(character)) return `\\${character}`;
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });

/** Java's URLEncoder: a space is a plus, and `~` and its like are escaped. */
const urlEncode = (text: string): string =>
  coded(encodeURIComponent, text)
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const urlDecode = (text: string): string => coded(decodeURIComponent, text.replaceAll('+', ' '));

function coded(code: (text: string) => string, text: string): string {
  try {
    return code(text);
  } catch (cause) {
    throw new TemplateError('The text cannot be encoded or decoded for a URL.', { cause });
  }
}
