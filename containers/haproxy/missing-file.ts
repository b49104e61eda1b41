import type { ExpectedFile, ExpectedFileKind } from '../../harness/model/surroundings.ts';
import type { CommandResult } from '../../harness/model/service.ts';

const MAX_OUTPUT = 65_536;
const PATH = String.raw`[^'<>\n]{1,1000}`;

/** What HAProxy says of a file that is not there (measured with 2.2, 2.6 and 3.0), the more exact words first. */
const WORDS: readonly (readonly [RegExp, ExpectedFileKind])[] = [
  [new RegExp(`'crt-list' : cannot open file '(${PATH})'`), 'certificate-list'],
  [/'crl-file' : unable to load (\S{1,1000})/, 'revocation-list'],
  [/'ca-file' : unable to load (\S{1,1000})/, 'authority'],
  [new RegExp(`Couldn't open the ca-file '(${PATH})'`), 'authority'],
  [new RegExp(`unable to stat SSL certificate from file '(${PATH})'`), 'bundle'],
  [new RegExp(`Didn't find any certificate for bundle '(${PATH})'`), 'bundle'],
  [new RegExp(`unable to load (?:SSL private key|SSL certificate|certificate chain) from (?:PEM )?file '(${PATH})'`), 'bundle'],
  [new RegExp(`unable to load DH parameters from file <(${PATH})>`), 'dh-parameters'],
  [new RegExp(`errorfile : error opening file '(${PATH})'`), 'error-answer'],
  [new RegExp(`'map(?:_\\w+)?' : failed to open pattern file <(${PATH})>`), 'map'],
  [new RegExp(`failed to open pattern file <(${PATH})>`), 'list'],
  [new RegExp(`error in Lua file '(${PATH})': cannot open`), 'lua'],
  [new RegExp(`Could not open configuration file (${PATH}) : No such file`), 'include'],
  [new RegExp(`error opening file '(${PATH})'`), 'other'],
  [new RegExp(`(?:cannot|unable to) open (?:the )?(?:file|pidfile|directory) '?(${PATH}?)'?(?: ?:|\\.|$)`, 'm'), 'other'],
  [/\bCannot chroot\((\/[^)\n]{1,1000})\)/, 'folder'],
];

/** The file that HAProxy did not find, out of what it printed; null when it says nothing of one. */
export function missingFile({ stdout, stderr }: CommandResult): Omit<ExpectedFile, 'place' | 'names' | 'isOptional'> | null {
  const printed = `${stderr}\n${stdout}`.slice(0, MAX_OUTPUT);
  for (const [words, kind] of WORDS) {
    const path = words.exec(printed)?.[1]?.replace(/\.$/, '');
    // HAProxy says the name as it stands in the config; a relative one is left to those who know where it was started.
    if (path !== undefined && path.startsWith('/'))
      return { path: path.replace(/(.)\/+$/, '$1'), kind: path.endsWith('/') ? folderOf(kind) : kind };
  }
  return null;
}

const folderOf = (kind: ExpectedFileKind): ExpectedFileKind => (kind === 'bundle' ? 'certificate-folder' : 'folder');
