import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { QUEUE } from '../src/queue/redis-job.ts';
import { requireTools } from './support/requires.ts';
import { run } from './support/run.ts';
import { tempFolder } from './support/temp-folder.ts';
import { tryReslim } from './support/try-reslim.ts';

const ROOT = join(import.meta.dirname, '..');
const KUBERNETES = join(ROOT, 'templates/kubernetes');

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

const manifests = readdirSync(KUBERNETES).flatMap((file) =>
  parseAllDocuments(readFileSync(join(KUBERNETES, file), 'utf8')).map(
    (document) => document.toJS() as Manifest,
  ),
);
const find = (kind: string, name: string): Manifest =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name) as Manifest;
const podOf = ({ spec }: Manifest): PodTemplateSpec => {
  const { jobTemplate, template } = spec as {
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplateSpec } };
    readonly template: PodTemplateSpec;
  };
  return jobTemplate?.spec.template ?? template;
};
const WORKER = find('Deployment', 'reslim-worker');
const PLAN = find('CronJob', 'reslim-mirror');
const SERVER = find('StatefulSet', 'reslim-queue');

describe('the manifests for Kubernetes', () => {
  test('have only members that the types of Kubernetes have, and all that these need', async () => {
    const own = manifests.filter(({ apiVersion }) => !apiVersion.startsWith('keda.sh/'));
    expect(new Set(own.map(({ kind }) => kind))).toEqual(
      new Set(['Secret', 'Service', 'StatefulSet', 'Deployment', 'CronJob', 'NetworkPolicy']),
    );
    // A literal with a member too many, or of another type, is an error of the compiler.
    const lines = own.map((manifest, at) => {
      const { apiVersion, kind } = manifest;
      const from = `kubernetes-types/${apiVersion.includes('/') ? apiVersion.replace('.k8s.io', '') : `core/${apiVersion}`}.js`;
      return `export const x${at}: import('${from}').${kind} = ${JSON.stringify(manifest)};`;
    });
    const folder = tempFolder();
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'good.ts'), `${lines.join('\n')}\n`);
    const check = (file: string): Promise<string> =>
      run(join(ROOT, 'node_modules/.bin/tsc'), [
        ...['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--types', ''],
        join(folder, file),
      ]);
    expect(await check('good.ts')).toBe('');
    const bad = lines.join('\n').replaceAll('"drop"', '"dropped"');
    writeFileSync(join(folder, 'bad.ts'), bad);
    await expect(check('bad.ts')).rejects.toMatchObject({
      stdout: expect.stringContaining(
        `'"dropped"' does not exist in type 'Capabilities'`,
      ) as string,
    });
  }, 60_000);

  test('run nothing as root, nothing on a root that can be written to, and limit what is used', () => {
    for (const manifest of [WORKER, PLAN, SERVER]) {
      const { spec } = podOf(manifest);
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of spec?.containers ?? [])
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { limits: { memory: expect.any(String) as string } },
        });
    }
  });

  test('name each other, and the lists that the queue has', () => {
    const secrets = new Set(
      manifests.flatMap(({ kind, metadata }) => (kind === 'Secret' ? [metadata.name] : [])),
    );
    const text = JSON.stringify(manifests);
    const named = [...text.matchAll(/"secret(?:KeyRef":\{"name|Name)":"([^"]+)"/g)];
    expect(named.length).toBeGreaterThanOrEqual(5);
    expect(named.map(([, name]) => name).filter((name) => !secrets.has(name as string))).toEqual(
      [],
    );
    const labels = [WORKER, PLAN, SERVER].map(
      (manifest) => podOf(manifest).metadata?.labels?.['app.kubernetes.io/name'],
    );
    expect(labels).toEqual(['reslim-worker', 'reslim-mirror', 'reslim-queue']);
    const { spec } = find('ScaledObject', 'reslim-worker');
    expect(spec).toMatchObject({ scaleTargetRef: { name: 'reslim-worker' } });
    const triggers = spec?.['triggers'] as { readonly metadata: { readonly listName: string } }[];
    const prefix = `${QUEUE.prefix}:${QUEUE.name}`;
    expect(triggers.map(({ metadata }) => metadata.listName)).toEqual(
      ['prioritized', 'wait', 'delayed', 'active'].map((list) => `${prefix}:${list}`),
    );
  });
});

test.runIf(requireTools('docker-compose'))(
  'Compose reads its file, and runs nothing as root',
  async () => {
    const file = join(ROOT, 'templates/compose.yaml');
    const { services } = parse(await run('docker-compose', ['-f', file, 'config'])) as {
      readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    expect(Object.keys(services).toSorted()).toEqual(['mirror', 'queue', 'worker']);
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        user: expect.stringMatching(/^[1-9]/) as string,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.any(String) as string,
      });
    }
    expect(services['queue']?.['networks']).toEqual({ queue: null });
  },
);

test('the workers of both are called as a worker is: what fails is the queue alone', async () => {
  const compose = parse(readFileSync(join(ROOT, 'templates/compose.yaml'), 'utf8')) as {
    readonly services: { readonly worker: { readonly command: readonly string[] } };
  };
  const calls = [podOf(WORKER).spec?.containers[0]?.args ?? [], compose.services.worker.command];
  for (const args of calls)
    expect(await tryReslim(args, { env: { RESLIM_QUEUE: 'redis://127.0.0.1:1' } })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'error: cannot use the queue: connect ECONNREFUSED',
      ) as string,
    });
});
