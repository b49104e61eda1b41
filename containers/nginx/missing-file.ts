import type { CommandResult } from '../../harness/model/service.ts';
import type { ExpectedFile, ExpectedFileKind } from '../../harness/model/surroundings.ts';
import { fatalMessage } from './rejection.ts';

interface MissingRule {
  /** `path` is what is missing. */
  readonly pattern: RegExp;
  readonly kind: ExpectedFileKind;
}

/** "No such file or directory" and "Not a directory", as strerror and as OpenSSL says them. */
const ABSENT = /\((?:2|20): |No such file or directory|no such file/;

/** The words of nginx 1.18, 1.22 and 1.26 alike; what follows differs with OpenSSL. */
const RULES: readonly MissingRule[] = [
  { pattern: /^cannot load certificate key "(?<path>[^"]+)"/, kind: 'key' },
  { pattern: /^cannot load certificate "(?<path>[^"]+)"/, kind: 'certificate' },
  { pattern: /^SSL_CTX_load_verify_locations\("(?<path>[^"]+)"\)/, kind: 'authority' },
  { pattern: /^X509_LOOKUP_load_file\("(?<path>[^"]+)"\)/, kind: 'revocation-list' },
  { pattern: /^BIO_new_file\("(?<path>[^"]+)"\)/, kind: 'dh-parameters' },
  { pattern: /^dlopen\(\) "(?<path>[^"]+)"/, kind: 'module' },
  { pattern: /^mkdir\(\) "(?<path>[^"]+)"/, kind: 'folder' },
  { pattern: /^bind\(\) to unix:(?<path>\S+)/, kind: 'socket' },
  { pattern: /^open\(\) "(?<path>[^"]+\.pid)"/, kind: 'pid' },
  { pattern: /^open\(\) "(?<path>[^"]+\.(?:pem|key|crt|pass|passwd|password|dat|mmdb))"/, kind: 'other' },
  // A place is only named for what is read while the config is: includes first of all. Logs are opened after it.
  { pattern: /^open\(\) "(?<path>[^"]+)".* in \/\S+:\d+$/, kind: 'include' },
  { pattern: /^open\(\) "(?<path>[^"]+)"/, kind: 'log' },
];

/** A file or folder that is not there, by nginx's own words; null: it says no such thing. */
export function missingFile(output: CommandResult): Omit<ExpectedFile, 'place' | 'names' | 'isOptional'> | null {
  const message = fatalMessage(output);
  if (message === undefined || !ABSENT.test(message)) return null;
  for (const { pattern, kind } of RULES) {
    const path = pattern.exec(message)?.groups?.['path'];
    if (path !== undefined) return { path, kind };
  }
  return null;
}
