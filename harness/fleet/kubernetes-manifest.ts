import { stringify } from 'yaml';
import type { LoadProfile } from '../model/load.ts';
import { Schedule } from '../measure/schedule.ts';

export interface ManifestWish {
  readonly url: string;
  /** Name of the profile: a DNS label of at most 40 characters. */
  readonly load: string;
  /** A spec that has this profile and nothing else, in YAML. */
  readonly spec: string;
  readonly profile: LoadProfile;
  readonly drivers: number;
  readonly runId: string;
  readonly image: string;
  readonly namespace: string | null;
  readonly resultsClaim: string | null;
}

const BARRIER_PORT = 7070;
/** How long pods may take to be placed, to pull the image and to meet. */
const BARRIER_SECONDS = 300;
/** After the end of the schedules: the last echoes, closing, and slow openings. */
const DRAIN_SECONDS = 60;
/** A finished Job keeps its pods, and with them their logs, so long. */
const KEEP_SECONDS = 86_400;
/** Of nobody in particular, as in images without a shell. */
const USER = 65_532;
const SPEC_FOLDER = '/etc/hopscope';
const RESULTS_FOLDER = '/results';
/** The program, and what a connection takes with its buffers. */
const BASE_MIB = 256;
const CONNECTION_KIB = 64;

/**
 * Objects that run a load with several drivers: a ConfigMap with the profile, a headless Service that gives shard 0 a stable name, and an Indexed Job (Kubernetes
 * API reference, batch/v1 Job; from 1.24 on). Several YAML documents in one text, with the commands that use them.
 */
export function kubernetesManifest(wish: ManifestWish): string {
  const documents = [configMap(wish), service(wish), job(wish)];
  const text = documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
  return `${usage(wish)}\n${text}`;
}

const jobName = ({ load }: Pick<ManifestWish, 'load'>): string => `hopscope-${load}`;

function usage(wish: ManifestWish): string {
  const { drivers, namespace, resultsClaim } = wish;
  const name = jobName(wish);
  const kubectl = namespace === null ? 'kubectl' : `kubectl --namespace ${namespace}`;
  const files =
    resultsClaim === null ? [] : [`The same results are on the claim ${resultsClaim}, one file a shard: hopscope merge *.ndjson`];
  return [
    `Load '${wish.load}' by ${String(drivers)} drivers, run ${wish.runId}.`,
    '',
    `  ${kubectl} apply --filename FILE`,
    `  ${kubectl} wait --for=condition=complete job/${name} --timeout=${String(deadlineSeconds(wish))}s`,
    `  ${kubectl} logs --selector=job-name=${name} --tail=-1 --prefix --max-log-requests=${String(drivers)} | hopscope merge -`,
    '',
    ...files,
    'The load goes to a path that must be yours. Delete the Job before it is applied again.',
  ]
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');
}

const metadata = (wish: ManifestWish): object => ({
  name: jobName(wish),
  ...(wish.namespace === null ? {} : { namespace: wish.namespace }),
  labels: labels(wish),
});

const labels = (wish: ManifestWish): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': 'hopscope',
  'app.kubernetes.io/component': 'driver',
  'app.kubernetes.io/instance': jobName(wish),
});

const configMap = (wish: ManifestWish): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(wish),
  data: { 'load.yaml': wish.spec },
});

/** Gives pods of the Job names below its own; those must be there before a pod is ready, for nobody is until all have met. */
const service = (wish: ManifestWish): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(wish),
  spec: {
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: labels(wish),
    ports: [{ name: 'barrier', port: BARRIER_PORT, protocol: 'TCP' }],
  },
});

/** Seconds of the longest run of a profile, without its drain. */
function loadSeconds({ connections, messages, messagesBegin, durationMs }: LoadProfile): number {
  const [opening, sending] = [new Schedule(connections).endMs, new Schedule(messages).endMs];
  const traffic = Math.max(durationMs, sending);
  return Math.ceil((messagesBegin === 'opened' ? opening + traffic : Math.max(opening, traffic)) / 1000);
}

const limitSeconds = ({ profile }: ManifestWish): number => loadSeconds(profile) + DRAIN_SECONDS;
const deadlineSeconds = (wish: ManifestWish): number => BARRIER_SECONDS + limitSeconds(wish) + DRAIN_SECONDS;

function job(wish: ManifestWish): object {
  const { drivers } = wish;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(wish),
    spec: {
      completionMode: 'Indexed',
      completions: drivers,
      parallelism: drivers,
      // A driver that comes again would find the others under way.
      backoffLimit: 0,
      activeDeadlineSeconds: deadlineSeconds(wish),
      ttlSecondsAfterFinished: KEEP_SECONDS,
      template: { metadata: { labels: labels(wish) }, spec: podSpec(wish) },
    },
  };
}

function podSpec(wish: ManifestWish): object {
  const { resultsClaim } = wish;
  return {
    restartPolicy: 'Never',
    // Together with the host name of an Indexed Job's pod (its name and index) the name of shard 0.
    subdomain: jobName(wish),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 10,
    securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER, seccompProfile: { type: 'RuntimeDefault' } },
    // Drivers that share a machine share its cores.
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels(wish) },
      },
    ],
    containers: [container(wish)],
    volumes: [
      { name: 'spec', configMap: { name: jobName(wish) } },
      ...(resultsClaim === null ? [] : [{ name: 'results', persistentVolumeClaim: { claimName: resultsClaim } }]),
    ],
  };
}

function container(wish: ManifestWish): object {
  const { image, runId, drivers, resultsClaim } = wish;
  const env = { HOPSCOPE_RUN_ID: runId, HOPSCOPE_SHARDS: String(drivers), NODE_DISABLE_COMPILE_CACHE: '1' };
  const memory = `${String(memoryMib(wish))}Mi`;
  return {
    name: 'driver',
    image,
    args: argsOf(wish),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ports: [{ name: 'barrier', containerPort: BARRIER_PORT, protocol: 'TCP' }],
    // A driver sends from one core; the second is for what must not wait for it. A limit that throttles would show as latency.
    resources: { requests: { cpu: '1', memory }, limits: { cpu: '2', memory } },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      { name: 'spec', mountPath: SPEC_FOLDER, readOnly: true },
      ...(resultsClaim === null ? [] : [{ name: 'results', mountPath: RESULTS_FOLDER }]),
    ],
  };
}

const argsOf = (wish: ManifestWish): readonly string[] => [
  'drive',
  // Kubernetes would put variables in for $(NAME).
  ...['--url', wish.url.replaceAll('$', '$$$$')],
  ...['--spec', `${SPEC_FOLDER}/load.yaml`, '--load', wish.load],
  ...['--barrier', `${jobName(wish)}-0.${jobName(wish)}:${String(BARRIER_PORT)}`, '--barrier-timeout', String(BARRIER_SECONDS)],
  ...['--duration-limit', String(limitSeconds(wish)), '--quiet', '--out', '-'],
  ...(wish.resultsClaim === null ? [] : ['--out', `${RESULTS_FOLDER}/{run}-{shard}.ndjson`]),
];

function memoryMib({ profile, drivers }: ManifestWish): number {
  const connections = Math.ceil(new Schedule(profile.connections).count / drivers);
  return BASE_MIB + Math.ceil((connections * CONNECTION_KIB) / 1024);
}
