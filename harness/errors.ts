/** Exit codes of every command. Published in `--help` and README. */
export const EXIT = {
  pass: 0,
  fail: 1,
  badInput: 2,
  labBroke: 3,
  inconclusive: 4,
  regression: 5,
  interrupted: 130,
} as const;

/** Stable codes: scripts and CI match on `code`, never on `message`. */
export const ERRORS = {
  USAGE_ERR_BAD_FLAG: { exitCode: EXIT.badInput, hint: 'See `hopscope <command> --help`.' },
  SPEC_ERR_NOT_FOUND: { exitCode: EXIT.badInput, hint: 'Give the path of a spec file, or run `hopscope init` to make one.' },
  SPEC_ERR_UNREADABLE: { exitCode: EXIT.badInput, hint: 'The spec is YAML; mend the line named above.' },
  SPEC_ERR_UNKNOWN_KEY: { exitCode: EXIT.badInput, hint: 'Remove the key or correct its spelling.' },
  SPEC_ERR_WRONG_TYPE: { exitCode: EXIT.badInput, hint: 'Give a value of the kind named above.' },
  SPEC_ERR_UNKNOWN_NAME: { exitCode: EXIT.badInput, hint: 'Use one of the names listed above.' },
  SPEC_ERR_DUPLICATE: { exitCode: EXIT.badInput, hint: 'Names are unique within a run; rename one of them.' },
  SPEC_ERR_CONFIG_MISSING: { exitCode: EXIT.badInput, hint: 'Config paths are relative to the spec file.' },
  SPEC_ERR_LOAD: { exitCode: EXIT.badInput, hint: 'Change the profile as the arithmetic above says; docs/load.md explains every key.' },
  SPEC_ERR_NOTHING_SELECTED: { exitCode: EXIT.badInput, hint: 'See `hopscope list paths`, `list scenarios` and `list loads`.' },
  BASELINE_ERR_UNREADABLE: {
    exitCode: EXIT.badInput,
    hint: 'Give a file that `hopscope baseline write` wrote, or leave it out for now with --no-baseline.',
  },
  CONFIG_ERR_NOT_FOUND: {
    exitCode: EXIT.badInput,
    hint: 'Give a config file, or a folder that has one; paths are relative to the current folder.',
  },
  CONFIG_ERR_UNREADABLE: {
    exitCode: EXIT.badInput,
    hint: 'Give the config as its program reads it; --as says which program that is, --render makes it of a template.',
  },
  CONFIG_ERR_REJECTED: { exitCode: EXIT.badInput, hint: 'The proxy itself refused this config; mend the line it names.' },
  RUN_ERR_NO_FOLDER: { exitCode: EXIT.badInput, hint: 'Give a folder that `hopscope run` wrote.' },
  RUN_ERR_BAD_EVIDENCE: { exitCode: EXIT.badInput, hint: 'The file is damaged at the line named above; the lines before it are intact.' },
  RUN_ERR_CANNOT_WRITE: {
    exitCode: EXIT.labBroke,
    hint: 'Free some space or choose another folder with --out; what was written so far is kept.',
  },
  RUN_ERR_INTERRUPTED: { exitCode: EXIT.interrupted, hint: 'Run it again; what was gathered before is kept.' },
  LAB_ERR_NO_PRIVILEGE: { exitCode: EXIT.labBroke, hint: 'Run as root, or allow unprivileged user namespaces, or use --lab docker.' },
  LAB_ERR_NO_ENGINE: { exitCode: EXIT.labBroke, hint: 'Start Docker, or use --lab netns.' },
  LAB_ERR_NO_IMAGE: {
    exitCode: EXIT.labBroke,
    hint: 'Build local images with `hopscope setup --docker --images debian`, or use --lab netns.',
  },
  LAB_ERR_MISSING_TOOL: { exitCode: EXIT.labBroke, hint: 'Run `hopscope setup` as root; `hopscope doctor` lists what is missing.' },
  LAB_ERR_NOT_READY: { exitCode: EXIT.labBroke, hint: 'Read the host log in the run folder.' },
  LAB_ERR_HOST_DIED: { exitCode: EXIT.labBroke, hint: 'Read the host log in the run folder.' },
  LAB_ERR_PORT_IN_USE: {
    exitCode: EXIT.labBroke,
    hint: 'Two programs of the same host listen on one port; change one of them in the config.',
  },
  LAB_ERR_COMMAND_FAILED: {
    exitCode: EXIT.labBroke,
    hint: 'The command and what it printed are above; `hopscope doctor` says what the lab needs.',
  },
  LAB_ERR_VERSION_MISSING: {
    exitCode: EXIT.labBroke,
    hint: 'Ask for a version that this lab has, or use --lab docker, which has several.',
  },
  DRIVE_ERR_PROTOCOL: {
    exitCode: EXIT.labBroke,
    hint: 'The program inside the host ended or answered out of turn; its log is in the run folder.',
  },
  DRIVE_ERR_BARRIER: {
    exitCode: EXIT.labBroke,
    hint: 'Start every shard once, with the same run id, count and barrier; shard 0 must be reachable at the barrier.',
  },
  CAPTURE_ERR_NOT_FOUND: { exitCode: EXIT.badInput, hint: 'Give the path of a capture file, or `-` for standard input.' },
  CAPTURE_ERR_KEYLOG: {
    exitCode: EXIT.badInput,
    hint: 'Give the file that SSLKEYLOGFILE named while the capture was taken (NSS key log format).',
  },
  CAPTURE_ERR_UNREADABLE: {
    exitCode: EXIT.badInput,
    hint: 'Give a capture that tcpdump or Wireshark wrote: `tcpdump -i any -s 0 -w capture.pcap` makes one.',
  },
  SETUP_ERR_FAILED: { exitCode: EXIT.labBroke, hint: 'Mend what the package manager reports above and run the command again.' },
} as const satisfies Record<string, { exitCode: number; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A place in a file that a user wrote. 1-based. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The only error that is meant to be read by a user: code, values, place. Anything else that escapes is a defect of ours. */
export class HarnessError extends Error {
  readonly code: ErrorCode;
  readonly place: SourcePlace | null;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; place?: SourcePlace } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.place = options.place ?? null;
  }

  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }

  get hint(): string {
    return ERRORS[this.code].hint;
  }
}

/** `file:line:column` as far as known: the form editors and CI annotations understand. */
export const formatPlace = ({ file, line, column }: SourcePlace): string =>
  [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
