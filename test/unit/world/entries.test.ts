import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../../harness/world/entries.ts';
import { entryUrl } from '../../../harness/world/subject-paths.ts';
import { entry, PLACE, subject, surroundings } from './surroundings.ts';

const listener = { address: null, port: 443, tls: true, wantsProxyHeader: false, place: PLACE };
const LISTENERS = surroundings({ listeners: [listener, { ...listener, port: 8080, tls: false, address: '10.0.0.9' }] });

describe('the entries of a config', () => {
  it('are each there once, what is declared first and few that are plain', () => {
    const many = Array.from({ length: 20 }, (_, index) => entry({ kind: 'likely', target: `/likely-${String(index)}` }));
    const plain = Array.from({ length: 9 }, (_, index) => entry({ kind: 'plain', target: `/plain-${String(index)}` }));
    const found = entriesOf(subject(), surroundings({ entries: [...plain, ...many, entry({}), entry({ because: 'again' })] }));
    expect(found.map(({ kind }) => kind)).toEqual([
      'declared',
      ...many.slice(0, 11).map(() => 'likely'),
      ...plain.slice(0, 4).map(() => 'plain'),
    ]);
    expect(found[0]?.because).toBe('this location sets Upgrade');
  });

  it('ask for what clients of a known library ask for', () => {
    const targets = ['/socket.io', '/app/socket.io/', '/sockjs', '/ws', '/'].map((target) => entry({ target }));
    expect(entriesOf(subject(), surroundings({ entries: targets })).map(({ target }) => target)).toEqual([
      '/socket.io/?EIO=4&transport=websocket',
      '/app/socket.io/?EIO=4&transport=websocket',
      '/sockjs/000/hopscope/websocket',
      '/ws',
      '/',
    ]);
  });

  it('are those that the user named, with the port and the address that go with them', () => {
    const urls = ['wss://chat.example.com/socket?x=1', 'http://chat.example.com:8080', 'https://chat.example.com/socket?x=1'];
    const found = entriesOf(subject({ urls }), LISTENERS);
    expect(found).toEqual([
      entry({ target: '/socket?x=1', because: '--url names it' }),
      entry({ scheme: 'ws', port: 8080, target: '/', address: '10.0.0.9', because: '--url names it' }),
    ]);
    expect(found.map(entryUrl)).toEqual(['wss://chat.example.com/socket?x=1', 'ws://chat.example.com:8080/']);
  });

  it.each([
    ['chat.example.com', /wss:\/\/chat/],
    ['ftp://a/', /wss:\/\/chat/],
    ['ws://u:secret@a/', /without a user/],
    ['wss://a/#top', /fragment/],
    ['ws://a:81/', /port 81, and it listens on 443 \(TLS\), 8080/],
    ['ws://:80', /like wss/],
  ])('cannot be %s', (url, message) => {
    const refusal = (): unknown => entriesOf(subject({ urls: [url] }), LISTENERS);
    expect(refusal).toThrow(expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG', message: expect.stringMatching(message) }));
    expect(refusal).not.toThrow(/secret/);
  });
});
