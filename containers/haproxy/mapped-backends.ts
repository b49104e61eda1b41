import { readTest, type ReadPatterns, type RequestTest } from './request-tests.ts';

/** What one line of a map makes of `use_backend %[req.hdr(host),lower,map(/etc/haproxy/hosts.map)]`. */
export interface MappedBackend {
  readonly test: RequestTest;
  readonly backend: string;
}

const RULE =
  /^%\[(?<fetch>[^\]]{1,200}?),map(?:_(?<method>str|beg|sub|dir|dom|end|reg))?\((?:(?:file|opt)@)?(?<file>[^,()]{1,500})(?:,(?<fallback>[\w.-]{1,100}))?\)\]$/;
const MAX_LINES = 200;

/** Backends that the name of a `use_backend` rule becomes through a map that was given; empty where that cannot be read. */
export function mappedBackends(
  name: string,
  variables: ReadonlyMap<string, string>,
  readPatterns: ReadPatterns,
): { readonly mapped: readonly MappedBackend[]; readonly fallback: string | null } {
  const { fetch = '', method = 'str', file = '', fallback } = RULE.exec(name)?.groups ?? {};
  const lines = file === '' ? [] : (readPatterns(file) ?? []);
  const mapped = lines.slice(0, MAX_LINES).flatMap((line) => {
    const [key = '', backend = ''] = line.split(/\s+/);
    return backend === '' ? [] : [{ test: readTest([fetch, '-m', method, '--', key], variables, readPatterns), backend }];
  });
  return { mapped, fallback: fallback ?? null };
}
