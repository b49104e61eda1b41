import { describe, expect, it } from 'vitest';
import { topologyKey } from '../../../harness/model/path.ts';
import { planWorld } from '../../../harness/world/plan-world.ts';
import { RunNames, subjectPaths } from '../../../harness/world/subject-paths.ts';
import { entry, subject, surroundings } from './surroundings.ts';

const checked = subject({ given: [{ kind: 'copy', path: '/etc/haproxy/haproxy.cfg', from: '/home/me/edge.cfg', mode: 0o644 }] });
const entries = [
  entry({}),
  entry({ scheme: 'ws', port: 80 }),
  entry({ port: 8443, target: '/' }),
  entry({ host: '::1', target: `/${'x'.repeat(90)}` }),
];

describe('the paths of a subject', () => {
  it('are one for each entry, each with a proxy of its own in the same world, and one control path', async () => {
    const planned = await planWorld(checked, surroundings({}));
    const paths = subjectPaths(checked, planned, entries, new RunNames());
    expect(paths.map(({ id }) => id)).toEqual([
      'chat-example-com-socket',
      'chat-example-com-socket.control',
      'ws-chat-example-com-socket',
      'chat-example-com-8443',
      '1-'.padEnd(60, 'x'),
    ]);
    const [first, control, plain] = paths;
    expect(first).toMatchObject({
      title: 'wss://chat.example.com/socket',
      about: 'this location sets Upgrade',
      tls: true,
      port: 443,
      target: '/socket',
      entry: entries[0],
      control: control?.id,
      proxies: [
        {
          name: 'proxy-1',
          service: 'haproxy',
          config: '/home/me/edge.cfg',
          configLabel: 'edge.cfg',
          port: 443,
          version: null,
          binary: null,
        },
      ],
    });
    expect(first?.proxies[0]?.world).toBe(planned.world);
    expect(plain).toMatchObject({ tls: false, port: 80, control: control?.id, proxies: [{ name: 'proxy-2' }] });
    expect(control).toMatchObject({ proxies: [], tls: false, port: 9000, control: control?.id });
    expect(control).not.toHaveProperty('entry');
    expect(new Set(paths.map(topologyKey)).size).toBe(1);
  });

  it('of several subjects of a run have names of their own and the same control path', async () => {
    const planned = await planWorld(checked, surroundings({}));
    const names = new RunNames();
    const before = subjectPaths(checked, planned, [entry({})], names);
    const after = subjectPaths(checked, planned, [entry({}), entry({ target: '/socket?b' })], names);
    expect(before.map(({ id }) => id)).toEqual(['chat-example-com-socket', 'chat-example-com-socket.control']);
    expect(after.map(({ id, control, proxies }) => [id, control, proxies[0]?.name])).toEqual([
      ['wss-chat-example-com-socket', 'chat-example-com-socket.control', 'proxy-2'],
      ['chat-example-com-socket-2', 'chat-example-com-socket.control', 'proxy-3'],
    ]);
  });
});
