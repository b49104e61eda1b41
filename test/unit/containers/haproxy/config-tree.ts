import type { ConfigTree } from '../../../../harness/model/surroundings.ts';

/** A config of one file, or of several, that stands in /etc/haproxy. */
export function treeOf(text: string, more: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): ConfigTree {
  const all = { '/etc/haproxy/haproxy.cfg': text, ...more };
  const files = new Map(Object.entries(all).map(([path, one]) => [path, { path, text: one, label: path.split('/').at(-1) ?? path }]));
  return { main: '/etc/haproxy/haproxy.cfg', files, workingFolder: '/', env };
}
