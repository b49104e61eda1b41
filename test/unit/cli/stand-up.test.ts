import { describe, expect, it } from 'vitest';
import { nginx } from '../../../containers/nginx/service.ts';
import { toldToUser, versionFor } from '../../../harness/cli/stand-up.ts';
import { HarnessError, type SourcePlace } from '../../../harness/errors.ts';
import { RejectedConfig } from '../../../harness/lab/start-proxy.ts';
import { subject, surroundings } from '../world/surroundings.ts';

describe('the version that a config is tried with', () => {
  it.each([
    [['1.18', '1.22', '1.26'], '1.25.1', null, '1.26'],
    [['1.18', '1.22', '1.26', '1.28'], '1.25.1', null, '1.26'],
    [['2.2', '2.6', '3.0'], null, '2.5', '2.2'],
    [['2.0', '2.2', '2.6'], null, '2.5', '2.2'],
    [['2.2', '2.6'], '2.4', '2.5', null],
    // Any of the line may be as new as what is asked for, and as old.
    [['1.26'], '1.26.3', null, '1.26'],
    [['1.26'], null, '1.26', null],
    [[], '1.0', null, null],
  ])('of %j from %s and before %s is %s', (versions, from, before, version) => {
    expect(versionFor(versions, { from, before })).toBe(version);
  });
});

describe('a refusal, as the user is told of it', () => {
  const MAIN = '/etc/nginx/nginx.conf';
  const own = subject(
    {
      service: 'nginx',
      given: [{ kind: 'copy', path: '/etc/nginx/more.inc', from: '/home/me/edge/more.inc', mode: 0o644 }],
    },
    { [MAIN]: 'include more.inc;', '/etc/nginx/more.inc': 'x;' },
  );
  const refused = (message: string, place: SourcePlace): HarnessError => {
    const rejection = { message, line: place.line ?? null, column: null };
    const cause = new RejectedConfig(rejection, { code: 1, stdout: '', stderr: message }, '1.22.1');
    return new HarnessError('CONFIG_ERR_REJECTED', `nginx refuses its config: ${message}`, { cause, place });
  };
  const label = own.tree.files.get('/etc/nginx/more.inc')?.label ?? '';

  it('is at the file as the user knows it, whichever way the program or the lab names it', () => {
    for (const file of ['/etc/nginx/more.inc', '/home/me/edge/more.inc'])
      expect(toldToUser(refused('no', { file, line: 1 }), own, nginx, surroundings({})).place).toEqual({ file: label, line: 1 });
    expect(toldToUser(refused('no', { file: '/elsewhere', line: 1 }), own, nginx, surroundings({})).place?.file).toBe('/elsewhere');
  });

  it('says which versions take it, unless one was asked for', () => {
    const error = refused('unknown directive "http2"', { file: MAIN, line: 3 });
    expect(toldToUser(error, own, nginx, surroundings({})).message).toBe(
      'nginx refuses its config: unknown directive "http2"; `http2` is a directive since nginx 1.25.1 (nginx, CHANGES), and no such version is here',
    );
    expect(toldToUser(error, { ...own, version: '1.22' }, nginx, surroundings({})).message).toBe(error.message);
  });

  it('says what is known of its line', () => {
    const place = { file: label, line: 1, column: 1 };
    const known = surroundings({ doubts: [{ because: 'the module x is not there', place }] });
    expect(toldToUser(refused('no', { file: '/etc/nginx/more.inc', line: 1 }), own, nginx, known).message).toMatch(
      /: no; the module x is not there$/,
    );
    expect(toldToUser(refused('no', { file: '/etc/nginx/more.inc', line: 2 }), own, nginx, known).message).toMatch(/: no$/);
  });

  it('leaves what is no refusal as it is', () => {
    const error = new HarnessError('LAB_ERR_NO_PRIVILEGE', 'no');
    expect(toldToUser(error, own, nginx, surroundings({}))).toBe(error);
  });
});
