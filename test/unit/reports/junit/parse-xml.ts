/** An element of a parsed document: its attributes and the text right inside it, with references resolved. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/* Char of XML 1.0 section 2.2. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const TOKEN = /<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

function resolve(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    const value = NAMED[name];
    if (value === undefined || !whole.endsWith(';')) throw new Error(`bad reference ${whole.slice(0, 20)}`);
    return value;
  });
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Parses the little XML that reports use and throws at anything that is not well-formed. */
export function parseXml(source: string): XmlElement {
  if (FORBIDDEN.test(source)) throw new Error('a character that XML cannot carry');
  const body = source.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(body);
    const top = stack.at(-1);
    if (match === null || top === undefined) throw new Error(`not well-formed at ${body.slice(at, at + 60)}`);
    const [, closed, opened, attributes = '', empty, text] = match;
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error(']]> in content');
      top.text += resolve(text);
    } else if (closed !== undefined) {
      if (stack.pop()?.name !== closed) throw new Error(`</${closed}> closes another element`);
    } else if (opened !== undefined) {
      const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']): [string, string] => [
        key,
        resolve(value),
      ]);
      if (new Set(pairs.map(([key]) => key)).size !== pairs.length) throw new Error(`an attribute twice in <${opened}>`);
      const element: Open = { name: opened, attributes: Object.fromEntries(pairs), children: [], text: '' };
      top.children.push(element);
      if (empty === '') stack.push(element);
    }
  }
  const [document, ...more] = root.children;
  if (stack.length !== 1 || document === undefined || more.length > 0) throw new Error('not one root element');
  return document;
}
