import { describe, expect, it } from 'vitest';
import {
  entriesInOrder,
  headerChanges,
  headerWords,
  idleWords,
  limitWords,
  placeWords,
  plainWords,
  refusalWords,
  reloadWords,
  resultWords,
} from '../../../reports/entry-words.ts';
import { provisionCounts, provisionsInOrder } from '../../../reports/provision-words.ts';
import { checkedRecord, placeAt, REFUSED, sampleSubject, seen } from '../../fixtures/record-sample-subjects.ts';

const subject = sampleSubject();
const placed = placeWords(checkedRecord());

describe('words for an entry', () => {
  it('put what needs attention first', () => {
    expect(entriesInOrder(subject).map(({ path }) => path)).toEqual(['live', 'later', 'socket', '']);
  });

  it('say what became of it, and who refuses without names of the lab', () => {
    expect(subject.entries.map((one) => resultWords(one, subject))).toEqual([
      'opens',
      'answers 301; no WebSocket is expected here',
      'does not open: answers 426',
      'not tried',
    ]);
    expect(refusalWords(REFUSED)).toBe('nginx 1.26.3 passed the request on without Upgrade');
  });

  it('say the limit of an idle socket as people do, with its line and its proof', () => {
    expect([500, 90_000, 120_000, 3_600_000, 5_400_000].map(limitWords)).toEqual(['0.5 s', '90 s', '2 min', '1 h', '1 h 30 min']);
    const idle = seen().idle!;
    expect(idleWords(idle, placed)).toBe(
      '90 s by `proxy_read_timeout 90s;` (edge.conf:108), measured: the socket was cut then, with durations divided by 45; ping at least every 60 s',
    );
    expect(idleWords({ ...idle, proof: 'outlasted', safePingMs: null, line: null }, placed)).toBe(
      '90 s, read in the config; not reached in the watch, with durations divided by 45',
    );
    expect(idleWords({ ...idle, limitMs: null, proof: 'outlasted', timeScale: 1 }, placed)).toMatch(/^none found: no line sets one/);
    expect(idleWords({ ...idle, line: { ...idle.line!, text: 'server {', isDefault: true } }, placed)).toMatch(
      /^90 s, the default in `server \{` \(edge/,
    );
    expect(idleWords(null, placed)).toMatch(/^none found/);
  });

  it('say reloads, plain requests and headers', () => {
    expect([reloadWords(null), reloadWords({ survived: 1, of: 1 })]).toEqual(['not tried', '1 of 1 socket lives on']);
    expect([seen(), seen({ plain: 'UND_ERR_SOCKET' }), null].map(plainWords)).toEqual([
      'GET / is answered 200',
      'GET / fails: UND_ERR_SOCKET',
      'not tried',
    ]);
    expect(headerWords(seen().headers)).toEqual(['request: changed Connection; added X-Real-IP; 1 in another case']);
    expect(headerChanges(['odd'])).toEqual([{ verb: 'changed', names: ['odd'] }]);
  });

  it('name a file shortly only where no other of the check is called so', () => {
    expect(placed(placeAt(3))).toBe('edge.conf:3');
    const other = sampleSubject({ label: 'other/edge.conf' });
    expect(placeWords(checkedRecord([subject, other]))(placeAt(3))).toBe('etc/nginx/conf.d/edge.conf:3');
  });
});

describe('the stub diff', () => {
  it('is told worst first, each thing once, alike things together', () => {
    expect(provisionsInOrder(subject).map(({ how, count, groups }) => [how, count, groups.map(({ items }) => items.length)])).toEqual([
      ['missing', 1, [1]],
      ['stubbed', 1, [1]],
      ['made', 3, [2, 1]],
      ['given', 1, [1]],
    ]);
    expect(provisionCounts(subject)).toBe('1 missing, 1 stubbed, 3 made, 1 file of your own');
  });
});
