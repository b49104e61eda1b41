import { describe, expect, it } from 'vitest';
import { acceptedBy } from '../../../../containers/nginx/accepted-by.ts';
import { missingFile } from '../../../../containers/nginx/missing-file.ts';

const missing = (stderr: string) => missingFile({ code: 1, stdout: '', stderr });
const LOG = '2026/11/23 13:54:57 [emerg] 101#101: ';

describe('missingFile', () => {
  // Printed by nginx 1.22.1 (OpenSSL 3.0).
  it.each([
    [
      'cannot load certificate "/n/c.pem": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/n/c.pem, r) error:10000080:BIO routines::no such file)',
      '/n/c.pem',
      'certificate',
    ],
    [
      'cannot load certificate key "/n/k.pem": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/n/k.pem, r))',
      '/n/k.pem',
      'key',
    ],
    [
      'SSL_CTX_load_verify_locations("/n/t.pem") failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/n/t.pem, r))',
      '/n/t.pem',
      'authority',
    ],
    [
      'X509_LOOKUP_load_file("/n/t.pem") failed (SSL: error:80000002:system library::No such file or directory)',
      '/n/t.pem',
      'revocation-list',
    ],
    [
      'BIO_new_file("/n/dh.pem") failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/n/dh.pem, r))',
      '/n/dh.pem',
      'dh-parameters',
    ],
    ['open() "/n/x.conf" failed (2: No such file or directory) in /etc/nginx/nginx.conf:224', '/n/x.conf', 'include'],
    ['open() "/n/t.pem" failed (2: No such file or directory) in /etc/nginx/nginx.conf:1', '/n/t.pem', 'other'],
    ['open() "/n/a.log" failed (2: No such file or directory)', '/n/a.log', 'log'],
    ['open() "/n/n.pid" failed (2: No such file or directory)', '/n/n.pid', 'pid'],
    ['mkdir() "/n/b/c" failed (2: No such file or directory)', '/n/b/c', 'folder'],
    [
      'dlopen() "/n/m.so" failed (/n/m.so: cannot open shared object file: No such file or directory) in /etc/nginx/nginx.conf:1',
      '/n/m.so',
      'module',
    ],
    ['bind() to unix:/n/s.sock failed (2: No such file or directory)', '/n/s.sock', 'socket'],
  ])('knows what is missing in: %s', (message, path, kind) => {
    expect(missing(LOG + message)).toEqual({ path, kind });
    expect(missing(`nginx: [emerg] ${message}`)).toEqual({ path, kind });
  });

  // Printed by nginx 1.18.0 (OpenSSL 1.1).
  it('reads the words of an older OpenSSL', () => {
    const printed =
      "nginx: [emerg] cannot load certificate \"/n/c.pem\": BIO_new_file() failed (SSL: error:02001002:system library:fopen:No such file or directory:fopen('/n/c.pem','r') error:2006D080:BIO routines:BIO_new_file:no such file)";
    expect(missing(printed)).toEqual({ path: '/n/c.pem', kind: 'certificate' });
  });

  it.each([
    'host not found in upstream "nosuch" in /etc/nginx/nginx.conf:1',
    'getpwnam("nosuch") failed in /etc/nginx/nginx.conf:1',
    'cannot load certificate "/n/c.pem": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line)',
    'open() "/n/x.conf" failed (13: Permission denied) in /etc/nginx/nginx.conf:2',
    'unknown directive "x" in /etc/nginx/nginx.conf:2',
  ])('says nothing about: %s', (message) => {
    expect(missing(LOG + message)).toBeNull();
  });
});

describe('acceptedBy', () => {
  const range = (message: string) => {
    const found = acceptedBy({ line: 1, column: null, message });
    return found === null ? null : [found.from, found.before];
  };

  it.each([
    ['unknown directive "http2"', ['1.25.1', null]],
    ['unknown directive "http3"', ['1.25.0', null]],
    ['invalid parameter "quic"', ['1.25.0', null]],
    ['unknown directive "ssl"', [null, '1.25.1']],
    ['invalid parameter "spdy"', [null, '1.19.7']],
    ['unknown directive "ssl_reject_handshake"', ['1.19.4', null]],
    ['unknown directive "keepalive_time"', ['1.19.10', null]],
    ['invalid parameter "resolve"', ['1.27.3', null]],
    ['"resolver" directive is not allowed here', ['1.27.3', null]],
    ['unknown directive "sticky"', ['1.29.6', null]],
    ['unknown directive "brotli"', null],
    ['unknown directive "http2_push_preloads"', null],
    ['invalid parameter "bogus"', null],
  ])('knows the versions for %s', (message, expected) => {
    expect(range(message)).toEqual(expected);
  });
});
