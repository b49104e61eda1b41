import { visibleLines } from '../visible-text.ts';

/*
 * XML 1.0 cannot carry most control characters in any form, and `]]>` may not stand in content; what cannot be printed is
 * shown as an escape (see visible-text.ts) and every `>` is escaped, so neither can occur.
 */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for the content of an element or a double-quoted attribute: the only escaping of the JUnit report. */
export const xmlText = (text: string): string => visibleLines(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

export type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

/** An element with its attributes escaped; `content` is markup that was made here or by `xmlText`. */
export function xmlElement(name: string, attributes: XmlAttributes, content = ''): string {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : ` ${key}="${attributeText(String(value))}"`,
  );
  return content === '' ? `<${name}${pairs.join('')}/>` : `<${name}${pairs.join('')}>${content}</${name}>`;
}

/* A parser turns a bare line feed of an attribute into a space (XML 1.0 section 3.3.3); the reference keeps it. */
const attributeText = (text: string): string => xmlText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
