import { describe, expect, it } from 'vitest';
import { missingFile } from '../../../../containers/haproxy/missing-file.ts';

const found = (stderr: string): unknown => {
  const file = missingFile({
    code: 1,
    stdout: '',
    stderr: `[NOTICE]   (1) : haproxy version is 2.6.12\n[ALERT]    (1) : config : ${stderr}\n`,
  });
  return file === null ? null : [file.path, file.kind];
};
const BIND = "parsing [c.cfg:10] : 'bind :1' in section 'frontend'";

describe('missingFile', () => {
  it.each([
    [`${BIND} : unable to stat SSL certificate from file '/x/a.pem' : No such file or directory.`, '/x/a.pem', 'bundle'],
    [`${BIND} : unable to stat SSL certificate from file '/x/certs/' : No such file or directory.`, '/x/certs', 'certificate-folder'],
    ["parsing [c.cfg:10] : 'bind :1' : Didn't find any certificate for bundle '/x/a.pem'.", '/x/a.pem', 'bundle'],
    ["backend 'b', server 's': unable to load SSL private key from PEM file '/x/c.pem'.", '/x/c.pem', 'bundle'],
    [`${BIND} : 'crt-list' : cannot open file '/x/list.txt' : No such file or directory`, '/x/list.txt', 'certificate-list'],
    [
      `Couldn't open the ca-file '/x/ca.pem' (No such file or directory).\n[ALERT] (1) : config : ${BIND} : 'ca-file' : unable to load /x/ca.pem`,
      '/x/ca.pem',
      'authority',
    ],
    [
      `Couldn't open the ca-file '/x/crl.pem' (No such file).\n[ALERT] (1) : config : ${BIND} : 'crl-file' : unable to load /x/crl.pem`,
      '/x/crl.pem',
      'revocation-list',
    ],
    ["[c.cfg:14] : 'server b/s' : Couldn't open the ca-file '/x/ca.pem' (No such file or directory).", '/x/ca.pem', 'authority'],
    ["parsing [c.cfg:2] : 'ssl-dh-param-file': unable to load DH parameters from file </x/dh.pem>.", '/x/dh.pem', 'dh-parameters'],
    ["parsing [c.cfg:8] : errorfile : error opening file '/x/503.http'.", '/x/503.http', 'error-answer'],
    ["parsing [c.cfg:11] : error detected while parsing ACL 'a' : failed to open pattern file </x/paths.lst>.", '/x/paths.lst', 'list'],
    [
      "Parsing [c.cfg:11]: failed to parse : invalid args in converter 'map_dom' : failed to open pattern file </x/hosts.map>.",
      '/x/hosts.map',
      'map',
    ],
    ["parsing [c.cfg:2] : error in Lua file '/x/x.lua': cannot open /x/x.lua: No such file or directory", '/x/x.lua', 'lua'],
    [
      "parsing [c.cfg:11] : error detected in frontend 'f' while parsing 'http-request return' rule : error opening file '/x/x.txt'.",
      '/x/x.txt',
      'other',
    ],
    [
      "parsing [c.cfg:11] : 'filter' : 'Could not open configuration file /x/spoe.conf : No such file or directory'",
      '/x/spoe.conf',
      'include',
    ],
    ['[haproxy.main()] Cannot chroot(/x/jail).', '/x/jail', 'folder'],
  ])('reads %s', (words, path, kind) => {
    expect(found(words)).toEqual([path, kind]);
  });

  it('says nothing of other refusals', () => {
    expect(found("parsing [c.cfg:6] : unknown keyword 'bogus' in 'frontend' section")).toBeNull();
    expect(found("[c.cfg:15] : 'server b/z' : could not resolve address 'nope.invalid'.")).toBeNull();
  });
});
