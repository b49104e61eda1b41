import type { Surroundings } from '../../harness/model/surroundings.ts';
import { allBinds } from './binds.ts';
import { isFront, type Statement } from './config-sections.ts';
import type { WholeConfig } from './whole-config.ts';

/** What a line needs that the lab has not, as clauses; null for any other line. */
const DOUBTS: readonly (readonly [RegExp, string])[] = [
  [/^deviceatlas-|\bda-csv/, "DeviceAtlas is not part of Debian's HAProxy"],
  [/^51degrees-|\b51d\./, "51Degrees is not part of Debian's HAProxy"],
  [/^wurfl-|\bwurfl-get/, "WURFL is not part of Debian's HAProxy"],
  [/^module-(?:path|load)\b/, 'modules belong to HAProxy Enterprise, not to HAProxy'],
  [/^(?:maxmind|netacuity)-/, 'this belongs to HAProxy Enterprise, not to HAProxy'],
  [/^filter\s+spoe\b/, 'no agent stands behind this SPOE filter, so what it would set is not set'],
  [/^filter\s+opentracing\b/, 'nothing takes the traces of this filter'],
  [/^external-check\s+command\b/, "the program of this health check is the user's own; without it the server counts as down"],
  [/^command\s/, 'this program is started by the master of HAProxy; it must be among the files that are given'],
  [/^server-template\s+\S+\s+\S+\s+_/, 'the addresses of these servers come from SRV records, which only a DNS server of the user knows'],
  [/^http-request\s+auth\b/, 'requests without a password are answered 401, and no password is known'],
  [/^httpclient\./, "HAProxy itself opens HTTP connections here; the lab's origin answers them"],
];
const MAX_DOUBTS = 100;

/** What cannot be provided for a config. */
export function doubtsOf(config: WholeConfig): Surroundings['doubts'] {
  const lines = config.statements.flatMap((statement) => {
    const because = DOUBTS.find(([pattern]) => pattern.test(statement.words.join(' ')))?.[1];
    return because === undefined ? [] : [doubt(statement, because, config)];
  });
  const binds = allBinds(config).flatMap(({ statement, isQuic, name }) => {
    if (isQuic)
      return [
        doubt(
          statement,
          "the lab's client speaks no QUIC; Debian's HAProxy 2.6 is built without it, and its 3.0 wants `limited-quic`",
          config,
        ),
      ];
    return name === null
      ? []
      : [doubt(statement, `HAProxy listens on the address of the host name ${name}, which must be its own`, config)];
  });
  const clients = config.sections
    .filter(isFront)
    .flatMap(({ own }) =>
      own
        .filter(({ words }) => words[0] === 'bind' && words[words.indexOf('verify') + 1] === 'required')
        .map((statement) =>
          doubt(statement, "clients must show a certificate here, and the lab's client has none that the user's authority signed", config),
        ),
    );
  return [...lines, ...binds, ...clients].slice(0, MAX_DOUBTS);
}

const doubt = (statement: Statement, because: string, config: WholeConfig): Surroundings['doubts'][number] => ({
  because,
  place: config.place(statement),
});
