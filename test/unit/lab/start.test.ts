import { describe, expect, it } from 'vitest';
import { runCommand, scriptOf } from '../../../harness/lab/command.ts';
import { listeningPorts } from '../../../harness/lab/listening.ts';
import { isSessionAlive, sessionName } from '../../../harness/lab/session.ts';

describe('scriptOf', () => {
  it('keeps every word a word, whatever is in it', async () => {
    const words = ["it's", '$(exit 3)', 'a b', '`', '"', '\\'];
    const { stdout } = await runCommand(['sh', '-s'], { input: scriptOf([['printf', '%s\\n', ...words]]) });
    expect(stdout.split('\n').slice(0, -1)).toEqual(words);
  });

  it('stops at the first command that fails', async () => {
    const result = await runCommand(['sh', '-s'], { input: scriptOf([['false'], ['echo', 'not reached']]) });
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('runCommand', () => {
  it('reports a program that is not there by its code and name', async () => {
    await expect(runCommand(['no-such-program-here'])).rejects.toMatchObject({
      code: 'LAB_ERR_MISSING_TOOL',
      message: expect.stringContaining('no-such-program-here'),
    });
  });

  it('gives the exit code of a program that fails instead of throwing', async () => {
    expect(await runCommand(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
  });
});

describe('listeningPorts', () => {
  it('takes only sockets that listen, of IPv4 and IPv6', () => {
    const text = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0100007F:2328 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0
   0: 00000000000000000000000000000000:20FB 00000000000000000000000000000000:0000 0A 00000000`;
    expect([...listeningPorts(text)]).toEqual([8080, 8443]);
  });
});

describe('a session', () => {
  it('is alive while its process is', () => {
    expect(isSessionAlive(sessionName())).toBe(true);
  });

  it('is gone when its pid belongs to a process that started at another time', () => {
    expect(isSessionAlive(`${process.pid}-1`)).toBe(false);
    expect(isSessionAlive('4194304-0')).toBe(false);
  });
});
