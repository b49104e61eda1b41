import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../../containers/caddy/surroundings.ts';
import { readTree } from '../../../../containers/caddy/tree-lines.ts';
import type { Surroundings } from '../../../../harness/model/surroundings.ts';
import { configTreeOf } from '../config-tree-of.ts';
import { hasRealConfigs, leadsTo, realConfig } from '../real-config.ts';

const read = (text: string, more: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Surroundings =>
  readSurroundings(configTreeOf({ '/etc/caddy/Caddyfile': text, ...more }, env));
const urls = ({ entries }: Surroundings): readonly string[] =>
  entries.map(({ scheme, host, port, target, kind }) => `${kind} ${scheme}://${host}:${port}${target}`);
const ports = ({ listeners }: Surroundings): readonly string[] =>
  listeners.map(({ address, port, tls }) => `${address ?? '*'}:${port}${tls ? ' tls' : ''}`);

describe('surroundings of a Caddyfile', () => {
  it('expects what automatic HTTPS makes of a public name', () => {
    const found = read('chat.example.test {\n\treverse_proxy app:3000\n}\n');
    expect(ports(found)).toEqual(['*:443 tls', '*:80', '127.0.0.1:2019']);
    expect(urls(found)).toEqual(['likely wss://chat.example.test:443/', 'plain ws://chat.example.test:80/']);
    const stored = '/var/lib/caddy/data/caddy/certificates/acme-v02.api.letsencrypt.org-directory/chat.example.test/chat.example.test';
    expect(found.files.map(({ path, kind, names }) => [path, kind, names])).toEqual([
      [`${stored}.crt`, 'certificate', ['chat.example.test']],
      [`${stored}.key`, 'key', []],
    ]);
  });

  it.each([
    [':3000 {\nrespond x\n}', ['*:3000'], ['plain ws://localhost:3000/']],
    ['http://a.test {\nrespond x\n}', ['*:80'], ['plain ws://a.test:80/']],
    [':90 {\nbasicauth /* {\na b\n}\nreverse_proxy app:1\n}', ['*:90'], ['plain ws://localhost:90/']],
    [':90 {\nbasic_auth /admin/* {\na b\n}\nreverse_proxy app:1\n}', ['*:90'], ['likely ws://localhost:90/']],
    ['localhost\nreverse_proxy app:1\n', ['*:443 tls', '*:80'], ['likely wss://localhost:443/', 'plain ws://localhost:80/']],
    [
      'a.test:8443, https://b.test {\nreverse_proxy app:1\n}',
      ['*:8443 tls', '*:443 tls', '*:80'],
      ['likely wss://a.test:8443/', 'likely wss://b.test:443/', 'plain ws://b.test:80/'],
    ],
    ['{\nauto_https off\n}\na.test:8080 {\nreverse_proxy app:1\n}', ['*:8080'], ['likely ws://a.test:8080/']],
    [
      '{\nhttp_port 8080\nhttps_port 8443\n}\na.test {\nbind 10.0.0.5\nreverse_proxy app:1\n}',
      ['10.0.0.5:8443 tls', '10.0.0.5:8080'],
      ['likely wss://a.test:8443/', 'plain ws://a.test:8080/'],
    ],
    [':8443 {\ntls /c.pem /k.pem\nreverse_proxy app:1\n}', ['*:8443 tls'], ['likely wss://localhost:8443/']],
  ])('reads the addresses of %s', (text, listeners, entries) => {
    const found = read(text);
    expect(ports(found).filter((one) => one !== '127.0.0.1:2019')).toEqual(listeners);
    expect(urls(found)).toEqual(entries);
  });

  it('needs no stored certificate for names that Caddy serves itself', () => {
    expect(read('localhost, a.local, 10.0.0.1 {\nrespond x\n}').files).toEqual([]);
    expect(read('a.example.test {\ntls internal\nrespond x\n}').files).toEqual([]);
    expect(read('{\nlocal_certs\n}\na.example.test {\nrespond x\n}').files).toEqual([]);
    expect(read('{\nacme_ca https://ca.test/acme/dir\nstorage file_system /s\n}\n*.example.test {\nrespond x\n}').files[0]?.path).toBe(
      '/s/certificates/ca.test-acme-dir/wildcard_.example.test/wildcard_.example.test.crt',
    );
  });

  it('finds routes for sockets by matchers, paths and snippets', () => {
    const found = read(
      `(app) {
	reverse_proxy {args.0}:{$PORT:9000} # a comment
}
:80 {
	@sockets {
		header Connection *Upgrade*
		header Upgrade websocket
		path /live/*
	}
	reverse_proxy @sockets unix//run/live.sock
	handle_path /socket.io/* {
		import app two
	}
	import sites/*.caddy
	reverse_proxy "three" {
		to four:1 h2c://five
		transport http {
			tls
		}
	}
}`,
      { '/etc/caddy/sites/x.caddy': 'handle /api {\n  reverse_proxy https://six {$SEVEN}\n}\n' },
    );
    expect(urls(found)).toEqual(['declared ws://localhost:80/live/', 'declared ws://localhost:80/socket.io/']);
    expect(found.origins.map(({ host, port, isUnix, tls }) => [host, port, isUnix, tls])).toEqual([
      ['/run/live.sock', null, true, false],
      ['two', 9000, false, false],
      ['six', 443, false, true],
      ['three', 80, false, true],
      ['four', 1, false, true],
      ['five', 80, false, true],
    ]);
    expect(found.variables).toMatchObject([
      { name: 'PORT', fallback: '9000' },
      { name: 'SEVEN', fallback: null, place: { file: 'x.caddy', line: 2 } },
    ]);
    expect(found.files).toMatchObject([{ path: '/etc/caddy/sites/*.caddy', kind: 'include', isOptional: true }]);
  });

  it('names files, and says what is only known later', () => {
    const found = read(
      ':80 {\n\troot * /srv/www\n\tfile_server\n\tlog {\n\t\toutput file /var/log/caddy/a.log\n\t}\n\treverse_proxy {http.request.host}:80\n\treverse_proxy {\n\t\tdynamic srv _x._tcp.app\n\t}\n\timport gone.caddy\n}\n',
    );
    expect(found.files.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'include /etc/caddy/gone.caddy',
      'folder /srv/www',
      'log /var/log/caddy/a.log',
    ]);
    expect(found.doubts.map(({ because }) => because)).toEqual([
      'where `{http.request.host}:80` leads is only known when a request comes',
      'the upstreams of `dynamic srv` are only known when a request comes',
    ]);
  });

  it('takes quotes, heredocs, values of several lines and continued lines', () => {
    const found = read(
      '{$GLOBAL}\n:80 {\n\trespond "a } {\nb" 200\n\trespond `{`\n\theader X \\\n\t\tY\n\trespond <<END\n\t\t}\n\t\tEND\n\treverse_proxy app:1\n}\n',
      {},
      { GLOBAL: '{\nadmin off\n}' },
    );
    expect(ports(found)).toEqual(['*:80']);
    expect(found.origins).toMatchObject([{ host: 'app', place: { line: 11 } }]);
    expect(found.doubts).toMatchObject([{ place: { line: 8 } }]);
  });

  it('ends with imports of itself, unclosed blocks and deep nesting', () => {
    expect(read('import Caddyfile\nimport *\n:80 {\nimport Caddyfile\n(x) {\nimport x\n}\nimport x').listeners.length).toBeGreaterThan(0);
    expect(read(`:80 ${'{\nhandle '.repeat(5000)}`).listeners.length).toBeGreaterThan(0);
    expect(read('(x) {\nimport x\n}\n:80 {\nimport x\nimport x\n}').listeners.length).toBeGreaterThan(0);
    expect(read('(x) {\nimport x\nimport x\nimport x\n}\n:80 {\nimport x\n}').listeners.length).toBeGreaterThan(0);
    expect(read('} } {\n"').origins).toEqual([]);
  });

  it.skipIf(!hasRealConfigs).each(['73-caddy-baserow', '82-caddy-era-observability'])('finds the entries and origins of %s', (id) => {
    const { tree, meta } = realConfig(id);
    const { entries, origins } = readSurroundings(tree);
    for (const one of [meta.websocket_entry, ...meta.extra_entries]) expect(entries.some((entry) => leadsTo(entry, one))).toBe(true);
    expect(origins.map(({ host, port }) => `${host}:${port}`).toSorted()).toEqual(
      meta.backends.map(({ addr, port }) => `${addr}:${port}`).toSorted(),
    );
  });
});

describe('lines of a whole Caddyfile', () => {
  it('labels each file and takes no other origin for an answer of its own', () => {
    const lines = readTree(
      configTreeOf({
        '/etc/caddy/Caddyfile': ':80 {\nreverse_proxy /a one:1\nimport more\n}\n',
        '/etc/caddy/more': 'handle {\nreverse_proxy two:1 {\nheader_up -Upgrade\n}\n}\n',
      }),
    );
    expect(lines.filter(({ symptom }) => symptom === 'answers-itself')).toEqual([]);
    expect(lines.filter(({ symptom }) => symptom === 'drops-upgrade')).toMatchObject([{ file: 'more', line: 3 }]);
  });

  it('leaves other sites out when asked for an entry', () => {
    const tree = configTreeOf({
      '/etc/caddy/Caddyfile': ':80 {\nbasicauth {\na b\n}\nreverse_proxy x:1\n}\n:81 {\nbasicauth {\na b\n}\nreverse_proxy x:1\n}\n',
    });
    const second = readSurroundings(tree).entries.find(({ port }) => port === 81);
    const answers = readTree(tree, second).filter(({ symptom }) => symptom === 'answers-itself');
    expect(answers).toMatchObject([{ line: 8, scope: { status: 401 } }]);
  });
});
