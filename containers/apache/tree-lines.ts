import type { ConfigTree, Entry } from '../../harness/model/surroundings.ts';
import type { ConfigLine } from '../../harness/model/service.ts';
import { inSeconds, lineOf, type Claim, type Statement } from '../config-statements.ts';
import { claimsOf, idleLimit } from './config-lines.ts';
import { readDirectiveTree } from './directive-tree.ts';
import type { Directive } from './directives.ts';
import { passesOf, type Pass } from './passes.ts';
import { flatten, siteFor, sitesOf, type Site } from './sites.ts';

/**
 * The lines of a user's Apache config that matter to a WebSocket, each virtual host for itself, over all its files. With an entry those of
 * the virtual host that it comes to. Never throws.
 */
export function readTree(tree: ConfigTree, entry?: Entry): readonly ConfigLine[] {
  const sites = sitesOf(readDirectiveTree(tree).directives);
  const found = (entry === undefined ? sites : [siteFor(sites, entry) ?? sites].flat()).flatMap(linesOf);
  return found.filter((one, at) => found.findIndex((two) => isSame(one, two)) === at);
}

/** Directives of the main server count in every virtual host, and are there once. */
const isSame = (a: ConfigLine, b: ConfigLine): boolean =>
  a.file === b.file && a.line === b.line && a.symptom === b.symptom && a.explanation === b.explanation;

function linesOf(site: Site): readonly ConfigLine[] {
  const passes = passesOf(site.own);
  const settings = site.settings.map((one) => statementOf(one, passes));
  const own = flatten(site.own).filter(({ isWrapper }) => !isWrapper);
  const lines = own.flatMap((one) => {
    const pass = passes.find(({ directive }) => directive === one);
    const claims = pass === undefined ? claimsOf(statementOf(one, passes), settings, 'any') : passClaims(pass, passes, settings);
    return claims.map((claim) => lineOf(statementOf(one, passes), one.place.file, claim));
  });
  return [...lines, ...idleLines(site, passes, settings)];
}

/** A ProxyPass in a section with a path has that path for its first argument. */
function statementOf({ words, place, text, ...directive }: Directive, passes: readonly Pass[]): Statement {
  const pass = passes.find((one) => one.directive.place === place);
  const isShort = pass?.section != null && directive.name.startsWith('proxypass') && words[1] === pass.url;
  return { words: isShort ? [words[0] ?? '', pass.prefix, ...words.slice(1)] : words, line: place.line, column: place.column, text };
}

function passClaims(pass: Pass, passes: readonly Pass[], settings: readonly Statement[]): readonly Claim[] {
  if (pass.replacedBy !== null) return [];
  const claims = claimsOf(statementOf(pass.directive, passes), settings, 'any');
  const shadow = replacedSockets(pass, passes) ?? shadowedSockets(pass, passes);
  if (shadow === null) return claims;
  return [...claims.filter(({ symptom }) => symptom !== 'drops-upgrade'), { symptom: 'drops-upgrade', ...shadow }];
}

type Shadow = Pick<Claim, 'explanation' | 'scope'>;

/** https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass: one ProxyPass in a Location. Measured with 2.4.71: the last one counts. */
function replacedSockets(pass: Pass, passes: readonly Pass[]): Shadow | null {
  if (pass.isForSockets) return null;
  const replaced = passes.find((one) => one.isForSockets && one.replacedBy === pass.directive);
  if (replaced === undefined) return null;
  const { words, place } = replaced.directive;
  const explanation = `in one \`${pass.section?.text ?? 'section'}\` the last ProxyPass counts: this line replaces the one to \`${words.at(-1)}\` in line ${place.line}, and it does not pass Upgrade and Connection on`;
  return { explanation, scope: { pathPrefix: pass.prefix } };
}

/** Outside of sections the first ProxyPass whose path fits is taken, so a longer path must stand first. */
function shadowedSockets(pass: Pass, passes: readonly Pass[]): Shadow | null {
  if (pass.isForSockets || pass.section !== null || pass.directive.name !== 'proxypass' || pass.url === '!') return null;
  const later = passes
    .slice(passes.indexOf(pass) + 1)
    .find((one) => one.isForSockets && one.section === null && one.directive.name === 'proxypass' && one.prefix.startsWith(pass.prefix));
  if (later === undefined) return null;
  const explanation = `this line stands before the ProxyPass of \`${later.prefix}\` in line ${later.directive.place.line} and takes its requests: the first whose path fits is used`;
  return { explanation, scope: { pathPrefix: later.prefix } };
}

/** The limit may stand in a main config of ours: then the ProxyPass is the line of the user's that it applies to. */
function idleLines(site: Site, passes: readonly Pass[], settings: readonly Statement[]): readonly ConfigLine[] {
  const used = passes.filter((one) => one.replacedBy === null && one.url !== '!' && !one.directive.isWrapper);
  const pass = used.find(({ isForSockets }) => isForSockets) ?? used[0];
  if (pass === undefined) return [];
  const limit = idleLimit(pass.directive, settings);
  const at = site.settings.find((one) => one.place.line === limit.at?.line && one.text === limit.at.text);
  const directive = at === undefined || at.isWrapper ? pass.directive : at;
  const explanation = `a tunnel in which nothing has moved for ${inSeconds(limit.limitMs)} is cut: ${limit.which}`;
  return [lineOf(statementOf(directive, passes), directive.place.file, { symptom: 'cuts-idle', limitMs: limit.limitMs, explanation })];
}
