/** An id for an element from untrusted text: letters, digits and hyphens stay, everything else is `_` and its code. */
export const anchorOf = (kind: 'path' | 'finding', id: string): string =>
  `${kind}-${id.replace(/[^A-Za-z0-9-]/g, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}`)}`;
