import { describe, expect, it } from 'vitest';
import { validate as isConfigMap } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap';
import { validate as isJob } from 'kubernetes-models/_schemas/IoK8sApiBatchV1Job';
import { validate as isService } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { parse, parseAllDocuments } from 'yaml';
import { kubernetesManifest, type ManifestWish } from '../../../harness/fleet/kubernetes-manifest.ts';
import { profile } from './shard-sample.ts';

const wish: ManifestWish = {
  url: 'wss://edge.example/socket',
  load: 'steady',
  spec: 'version: 1\nloads: { steady: { connections: 6, messages: 60, durationMs: 2000, compared: false } }\n',
  profile,
  drivers: 5,
  runId: 'drive-0123456789ab',
  image: 'registry.example/hopscope:0.1.0',
  namespace: 'load',
  resultsClaim: 'results',
};

const documentsOf = (text: string): readonly unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);
/** Validators of that package keep the problems of their last call, which their types do not say. */
function problemsOf(isValid: (data: unknown) => boolean, data: unknown): readonly unknown[] {
  if (isValid(data)) return [];
  const { errors } = isValid as { readonly errors?: readonly unknown[] | null };
  return errors ?? ['not valid'];
}

/** RFC 1123: a label of a host name. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

describe('kubernetesManifest', () => {
  it.each([
    ['with a claim and a namespace', wish],
    ['without', { ...wish, namespace: null, resultsClaim: null, drivers: 1 }],
  ])('%s is what the published schemas of Kubernetes ask for', (_, one) => {
    const [configMap, service, job, ...more] = documentsOf(kubernetesManifest(one));
    expect(problemsOf(isConfigMap, configMap)).toEqual([]);
    expect(problemsOf(isService, service)).toEqual([]);
    expect(problemsOf(isJob, job)).toEqual([]);
    expect(more).toEqual([]);
  });

  it('has an Indexed Job that runs all drivers at once, once, in bounded time', () => {
    expect(documentsOf(kubernetesManifest(wish))[2]).toMatchObject({
      kind: 'Job',
      metadata: { name: 'hopscope-steady', namespace: 'load' },
      spec: { completionMode: 'Indexed', completions: 5, parallelism: 5, backoffLimit: 0, activeDeadlineSeconds: 423 },
    });
  });

  it('has pods that may do nothing but drive, and use no more than they ask for', () => {
    expect(documentsOf(kubernetesManifest(wish))[2]).toMatchObject({
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                securityContext: {
                  runAsNonRoot: true,
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                resources: { requests: { cpu: '1', memory: '257Mi' }, limits: { cpu: '2', memory: '257Mi' } },
              },
            ],
            volumes: [{ configMap: { name: 'hopscope-steady' } }, { persistentVolumeClaim: { claimName: 'results' } }],
          },
        },
      },
    });
  });

  it('has the spec word by word, a barrier that the Service names, and names of RFC 1123', () => {
    const text = kubernetesManifest({ ...wish, load: 'a'.repeat(40), drivers: 10_000 });
    const [configMap, service, job] = documentsOf(text) as readonly {
      readonly metadata: { readonly name: string };
      readonly data?: Readonly<Record<string, string>>;
    }[];
    expect(parse(configMap?.data?.['load.yaml'] ?? '')).toEqual(parse(wish.spec));
    const name = service?.metadata.name ?? '';
    expect(job?.metadata.name).toBe(name);
    // The host name of the last pod.
    expect(`${name}-9999`).toMatch(LABEL);
    expect(JSON.stringify(job)).toContain(`"${name}-0.${name}:7070"`);
    expect(JSON.stringify(job)).toContain(`"subdomain":"${name}"`);
  });

  it('keeps Kubernetes from putting variables into the URL', () => {
    expect(kubernetesManifest({ ...wish, url: 'ws://edge.example/$(HOME)' })).toContain('ws://edge.example/$$(HOME)');
  });

  it('begins with the commands that use it', () => {
    const head = kubernetesManifest(wish).split('apiVersion')[0] ?? '';
    expect(head).toContain('kubectl --namespace load apply');
    expect(head).toContain('wait --for=condition=complete job/hopscope-steady');
    expect(head).toContain('--tail=-1 --prefix --max-log-requests=5 | hopscope merge -');
    expect(head.split('\n').every((line) => line === '' || line.startsWith('#'))).toBe(true);
  });
});
