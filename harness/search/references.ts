import { allParts, type ConfigPart } from './config-parts.ts';

/** How a config language names a thing and uses the name elsewhere. */
interface Reference {
  /** Group 1 of a match at the start of a part is the name. */
  readonly defines: RegExp;
  /** Pattern of a use, for an escaped name. */
  readonly uses: (name: string) => RegExp;
  /** The name is known in its own block only. */
  readonly isLocal?: true;
}

/*
 * Not complete, and need not be: a use that is missed makes a candidate that the proxy refuses, and one that is none leaves out more
 * than had to be, which the last passes of a search, line by line, are not led by.
 */
const REFERENCES: Readonly<Record<string, readonly Reference[]>> = {
  haproxy: [
    {
      defines: /^(?:backend|listen)\s+(\S+)/,
      uses: (name) =>
        new RegExp(`\\b(?:(?:use_|default_)backend|table)\\s+${name}(?=\\s|$)|\\b(?:nbsrv|connslots|(?:be|srv|table)_\\w+)\\(${name}[/,)]`),
    },
    { defines: /^acl\s+(\S+)/, uses: (name) => new RegExp(`\\s(?:if|unless)\\s(?:.*[\\s!])?${name}(?=\\s|$)`), isLocal: true },
    { defines: /^userlist\s+(\S+)/, uses: (name) => new RegExp(`\\bhttp_auth(?:_group)?\\(${name}\\)`) },
    { defines: /^cache\s+(\S+)/, uses: (name) => new RegExp(`\\bcache-(?:use|store)\\s+${name}(?=\\s|$)`) },
  ],
  nginx: [
    { defines: /^upstream\s+([^\s{]+)/, uses: (name) => new RegExp(`_pass\\s+(?:\\w+://)?${name}(?=[/:;\\s])`) },
    { defines: /^(?:map|geo|split_clients)\s[^{]*\$(\w+)\s*\{/, uses: (name) => new RegExp(`\\$\\{?${name}\\b`) },
    { defines: /^set\s+\$(\w+)/, uses: (name) => new RegExp(`\\$\\{?${name}\\b`), isLocal: true },
    { defines: /^log_format\s+([^\s;]+)/, uses: (name) => new RegExp(`^access_log\\s+\\S+\\s+${name}\\b`) },
    { defines: /^limit_(?:req|conn)_zone\s.*?zone=([^:;\s]+)/, uses: (name) => new RegExp(`^limit_(?:req|conn)\\s.*\\b${name}\\b`) },
    { defines: /^proxy_cache_path\s.*?keys_zone=([^:;\s]+)/, uses: (name) => new RegExp(`^proxy_cache\\s+${name}\\b`) },
  ],
  caddy: [
    { defines: /^(@\S+)/, uses: (name) => new RegExp(`^\\S+\\s+${name}(?=\\s|$)`), isLocal: true },
    { defines: /^\((\S+)\)\s*\{/, uses: (name) => new RegExp(`^import\\s+${name}(?=\\s|$)`) },
  ],
};

/** A definition and its uses, among the parts of one config. */
interface Bond {
  readonly definers: readonly ConfigPart[];
  readonly users: readonly ConfigPart[];
}

/**
 * What goes along with parts that are left out: uses of names that nothing defines any more, without which the rest has no chance to be
 * accepted, and definitions that nothing uses any more, which do nothing.
 */
export function dependentsOf(top: readonly ConfigPart[], service: string): (removed: readonly ConfigPart[]) => readonly ConfigPart[] {
  const bonds = bondsOf(top, REFERENCES[service] ?? []);
  return (removed) => {
    const gone = new Set(allParts(removed));
    const along: ConfigPart[] = [];
    let before = -1;
    while (before !== gone.size) {
      before = gone.size;
      for (const { definers, users } of bonds) {
        const isGone = (one: ConfigPart): boolean => gone.has(one);
        const left = definers.every(isGone) ? users : users.every(isGone) ? definers : [];
        for (const part of left.filter((one) => !isGone(one))) {
          along.push(part);
          for (const one of allParts([part])) gone.add(one);
        }
      }
    }
    return along;
  };
}

function bondsOf(top: readonly ConfigPart[], references: readonly Reference[]): readonly Bond[] {
  const all = allParts(top);
  const scopes = [top, ...all.map(({ parts }) => parts).filter((parts) => parts.length > 0)];
  return references.flatMap(({ defines, uses, isLocal }) => {
    const places = isLocal === true ? scopes : [all];
    return places.flatMap((place) => {
      const named = Map.groupBy(place, ({ kind, text }) => (kind === 'file' ? undefined : defines.exec(text)?.[1]));
      return [...named].flatMap(([name, definers]) => {
        if (name === undefined) return [];
        const use = uses(name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
        const among = isLocal === true ? allParts(place) : place;
        const users = among.filter((one) => one.kind === 'statement' && !definers.includes(one) && use.test(one.text));
        return users.length === 0 ? [] : [{ definers, users }];
      });
    });
  });
}
