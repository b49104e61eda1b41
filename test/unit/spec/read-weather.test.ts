import { describe, expect, it } from 'vitest';
import { topologyKey } from '../../../harness/model/path.ts';
import { errorOf, parserIn, specFolder } from './sample.ts';

const parse = parserIn(specFolder());
const PROXY = '{service: haproxy, config: edge.cfg, name: edge}';
const linkOf = (...impairments: readonly string[]) =>
  parse(`version: 1\npaths: [{id: a, links: [{impairments: [${impairments.join(', ')}]}]}]`).paths[0]?.links[0]?.impairments;

describe('impairments of links', () => {
  it('are read with their numbers, texts and directions', () => {
    const read = linkOf(
      '{kind: loss-burst, every: 40, inRow: 4}',
      '{kind: loss-tail, every: 8, direction: to-client}',
      '{kind: jitter, ms: 12.5, subject: true}',
      '{kind: reorder, every: 6, byMs: 25}',
      '{kind: duplicate-acks, every: 2, copies: 6, direction: to-origin}',
      '{kind: connlimit, above: 6}',
      '{kind: connlimit, above: 6, refusal: reset}',
      '{kind: drop-text, text: "Upgrade: websocket", direction: to-origin}',
    );
    expect(read).toEqual([
      { kind: 'loss-burst', every: 40, inRow: 4, direction: 'both' },
      { kind: 'loss-tail', every: 8, direction: 'to-client' },
      { kind: 'jitter', ms: 12.5, direction: 'both', subject: true },
      { kind: 'reorder', every: 6, byMs: 25, direction: 'both' },
      { kind: 'duplicate-acks', every: 2, copies: 6, direction: 'to-origin' },
      { kind: 'connlimit', above: 6, refusal: 'drop', direction: 'to-origin' },
      { kind: 'connlimit', above: 6, refusal: 'reset', direction: 'to-origin' },
      { kind: 'drop-text', text: 'Upgrade: websocket', direction: 'to-origin' },
    ]);
  });

  it.each([
    ['{kind: loss-burst, every: 4, inRow: 4}', 'inRow to be less than every'],
    ['{kind: loss-burst, every: 4}', "the key 'inRow'"],
    ['{kind: connlimit, above: 6, direction: both}', "'direction'"],
    ['{kind: connlimit, above: 6, refusal: icmp}', 'one of drop, reset'],
    ['{kind: drop-text, text: x, direction: both}', 'one of to-origin, to-client'],
    ['{kind: drop-text, text: "naïve", direction: to-origin}', 'plain ASCII'],
    ['{kind: drop-text, direction: to-origin}', "the key 'text'"],
  ])('are refused when they are wrong: %s', (written, message) => {
    expect(errorOf(() => linkOf(written)).message).toContain(message);
  });
});

describe('kernel settings of hosts', () => {
  const pathsOf = (sysctls: string) =>
    parse(
      `version: 1\npaths: [{id: a, proxies: [${PROXY}], sysctls: ${sysctls}}, {id: b, proxies: [{service: haproxy, config: edge.cfg}]}]`,
    ).paths;

  it('are read as the kernel takes them, and give the path a topology and a control path of its own', () => {
    const written = '{client: {net.ipv4.tcp_sack: 0, net.ipv4.tcp_rmem: 4096 16384 65536}, edge: {net.ipv4.tcp_retries2: 3}}';
    const [a, control, b] = pathsOf(written);
    expect(a?.sysctls).toEqual({
      client: { 'net.ipv4.tcp_sack': '0', 'net.ipv4.tcp_rmem': '4096 16384 65536' },
      edge: { 'net.ipv4.tcp_retries2': '3' },
    });
    expect(control).toMatchObject({ id: 'a.control', sysctls: { client: a?.sysctls?.['client'] } });
    expect(Object.keys(control?.sysctls ?? {})).toEqual(['client']);
    if (a === undefined || b === undefined || control === undefined) throw new Error('expected three paths');
    expect(topologyKey(a)).toBe(topologyKey(control));
    expect(topologyKey(a)).not.toBe(topologyKey(b));
  });

  it('of a proxy alone leave its path in the topology of the others', () => {
    const [a, ...others] = pathsOf('{edge: {net.ipv4.tcp_retries2: 3}}');
    const b = others.at(-2);
    if (a === undefined || b === undefined) throw new Error('expected paths');
    expect(topologyKey(a)).toBe(topologyKey(b));
  });

  it.each([
    ['{server: {net.ipv4.tcp_sack: 0}}', 'among client, origin, edge'],
    ['{client: {net.ipv4.ip_forward: 1}}', "'net.ipv4.ip_forward'"],
    ['{client: {net.ipv4.tcp_rmem: 4096 16384}}', 'three numbers'],
    ['{client: {net.ipv4.tcp_congestion_control: "../bbr"}}', 'congestion control'],
    ['{client: {net.ipv4.tcp_sack: "0; reboot"}}', 'a whole number'],
  ])('are refused when they are wrong: %s', (written, message) => {
    expect(errorOf(() => pathsOf(written)).message).toContain(message);
  });
});

describe('IPv6 paths', () => {
  it('have a control path of IPv6', () => {
    const [six, control] = parse(`version: 1\npaths: [{id: a, ipv6: true, proxies: [${PROXY}]}]`).paths;
    expect([six?.ipv6, control?.ipv6, control?.id]).toEqual([true, true, 'a.control']);
  });

  it('go over links that impair nothing', () => {
    const written = 'version: 1\npaths: [{id: a, ipv6: true, links: [{impairments: [{kind: delay, ms: 5}]}]}]';
    expect(errorOf(() => parse(written)).message).toContain('ipv6 to be false');
  });
});
