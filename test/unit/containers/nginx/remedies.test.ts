import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nginx } from '../../../../containers/nginx/service.ts';
import type { ConfigSymptom } from '../../../../harness/model/service.ts';
import { applyEdits } from '../../../../harness/remedy/config-text.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const configOf = (name: string): string => readFileSync(join(ROOT, 'containers/nginx/configs', name), 'utf8');

/** The config with the first remedy for the first line of a symptom; null where there is none. */
function mended(text: string, symptom: ConfigSymptom, target = '/socket'): string | null {
  const line = nginx.readConfig(text, 'nginx.conf').find((one) => one.symptom === symptom);
  const [first] = line === undefined ? [] : (nginx.remedies?.({ text, line, target }) ?? []);
  return first === undefined ? null : applyEdits(text, first.edits);
}

const MAP = `    map $http_upgrade $connection_upgrade {
        default upgrade;
        ""      close;
    }

    server {`;

const symptomsOf = (text: string | null): readonly string[] => nginx.readConfig(text ?? '', 'x').map(({ symptom }) => symptom);

describe('remedies for an nginx config', () => {
  it('forward the upgrade with the three lines of the recipe and a map before the server', () => {
    const after = mended(configOf('bare.conf'), 'drops-upgrade');
    expect(after).toContain(MAP);
    expect(after).toContain(`            proxy_pass http://origin:9000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host $http_host;`);
    expect(symptomsOf(after)).toEqual(symptomsOf(configOf('upgrade-map.conf')));
  });

  it('use the map that is there, whatever its variable is called, and take no name that is taken', () => {
    const own = 'http {\nmap $http_upgrade $conn { default upgrade; "" close; }\nserver {\nlocation / {\nproxy_pass http://a;\n}\n}\n}\n';
    const after = mended(own, 'drops-upgrade');
    expect(after).toContain('proxy_set_header Connection $conn;');
    expect(after?.match(/map /g)).toHaveLength(1);
    const taken = own.replace('$http_upgrade $conn', '$host $connection_upgrade');
    expect(mended(taken, 'drops-upgrade')).toContain('map $http_upgrade $websocket_connection {');
  });

  it('mend headers that say something else where they stand', () => {
    const text =
      'http {\nserver {\nlocation / {\nproxy_http_version 1.0;\nproxy_pass http://a;\nproxy_set_header Upgrade "";\nproxy_set_header Connection close;\n}\n}\n}\n';
    const after = mended(text, 'drops-upgrade');
    expect(after).toContain(
      'location / {\nproxy_http_version 1.1;\nproxy_pass http://a;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_upgrade;\n}',
    );
  });

  it('say inherited headers again, because the first header of a block ends their inheritance', () => {
    const text =
      'http {\nserver {\nproxy_set_header Host $http_host;\nproxy_set_header X-Note "a b";\nlocation / {\nproxy_pass http://a;\n}\n}\n}\n';
    expect(mended(text, 'drops-upgrade')).toContain(
      'proxy_set_header Connection $connection_upgrade;\nproxy_set_header Host $http_host;\nproxy_set_header X-Note "a b";\n}',
    );
  });

  it('stay on the line where a whole location stands on one', () => {
    const text = 'http {\nserver {\nlocation / { proxy_pass http://a; }\n}\n}\n';
    expect(mended(text, 'drops-upgrade')).toContain(
      'location / { proxy_pass http://a; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; }',
    );
  });

  it('mend the location that the socket matches, and leave its neighbour as it is', () => {
    const after = mended(configOf('wrong-location.conf'), 'drops-upgrade');
    expect(after?.split('location /ws/ {')[1]?.match(/proxy_http_version 1\.1;/g)).toHaveLength(2);
    expect(symptomsOf(after)).not.toContain('drops-upgrade');
  });

  it('speak HTTP/1.1, said wrongly or not at all', () => {
    expect(mended(configOf('http10.conf'), 'speaks-http10')).toBe(
      configOf('http10.conf').replace('proxy_http_version 1.0', 'proxy_http_version 1.1'),
    );
    const unsaid = configOf('http10.conf').replace(/ *proxy_http_version 1\.0;\n/, '');
    expect(mended(unsaid, 'speaks-http10')).toContain('proxy_pass http://origin:9000;\n            proxy_http_version 1.1;\n');
  });

  it('ask for an upgrade only where the client does', () => {
    const after = mended(configOf('hardcoded-upgrade.conf'), 'spoils-plain-http');
    expect(after).toContain(MAP);
    expect(after).toContain('proxy_set_header Connection $connection_upgrade;');
    expect(symptomsOf(after)).not.toContain('spoils-plain-http');
  });

  it('raise the limit of a silent tunnel, said or not, and lower none', () => {
    expect(mended(configOf('short-read-timeout.conf'), 'cuts-idle')).toContain('            proxy_read_timeout 1h;\n');
    expect(mended('http { server { location / {\n  proxy_pass http://a;\n} } }', 'cuts-idle')).toContain(
      '  proxy_pass http://a;\n  proxy_read_timeout 1h;\n',
    );
    expect(mended(configOf('stream.conf'), 'cuts-idle')).toContain('        proxy_timeout 1h;\n');
    expect(mended(configOf('stream.conf').replace('60s', '2h'), 'cuts-idle')).toBeNull();
  });

  it('give the socket a location of its own where another one answers by itself', () => {
    const text = `http {
    server {
        location /api {
            proxy_pass http://origin:9000;
        }
        location / {
            return 404;
        }
    }
}
`;
    expect(mended(text, 'answers-itself', '/live/socket?v=1')).toContain(`        location ^~ /live/socket {
            proxy_pass http://origin:9000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host $http_host;
        }

        location / {`);
    expect(mended(text.replace('return 404', 'deny all'), 'answers-itself')).toBeNull();
    expect(mended(text.replace('http://origin:9000', '$where'), 'answers-itself')).toBeNull();
  });

  it('send the target on as it came', () => {
    const text = 'http {\nserver {\nlocation /app/ {\nproxy_pass http://a:1/x/;\n}\n}\n}\n';
    expect(mended(text, 'rewrites-target')).toContain('proxy_pass http://a:1;');
  });

  it('let tunnels outlive a reload', () => {
    const text = 'worker_shutdown_timeout 2s;\n';
    const line = { symptom: 'cuts-on-reload', file: 'f', line: 1, column: 1, text, explanation: '' } as const;
    expect(nginx.remedies?.({ text, line, target: '/' })[0]?.edits).toEqual([
      { line: 1, remove: 1, insert: ['worker_shutdown_timeout 1h;'] },
    ]);
  });

  it('keep the line ends of the file', () => {
    const after = mended(configOf('bare.conf').replaceAll('\n', '\r\n'), 'drops-upgrade');
    expect(after?.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('can be made for every line of every config that comes along, and change it', () => {
    for (const file of globSync(['containers/nginx/configs/*.conf', 'scenarios/incidents/*/*/nginx.conf'], { cwd: ROOT })) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      for (const line of nginx.readConfig(text, file)) {
        for (const { edits, title, source } of nginx.remedies?.({ text, line, target: '/socket' }) ?? []) {
          expect(applyEdits(text, edits)).not.toBe(text);
          expect(title).toMatch(/\.$/);
          expect(source).toMatch(/^nginx, /);
        }
      }
    }
  });
});
