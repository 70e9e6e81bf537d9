import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReslimError } from '../../../src/base/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import type { RegistryOptions } from '../../../src/transport/registry/options.ts';
import { startFaultProxy, type FaultProxy, type Rule } from './support/fault-proxy.ts';
import { FAULTS, type Fault, type Outcome } from './support/faults.ts';
import { makeImage, type TestImage } from './support/images.ts';
import { pullFrom, pushTo } from './support/transfer.ts';
import { describeOneRegistry } from './support/registries.ts';
import { USER, type Distribution } from './support/servers.ts';

/** Where in a run the fault strikes. */
interface Step {
  readonly name: string;
  readonly run: 'push' | 'push unknown' | 'push chunks' | 'pull';
  readonly matches: Rule['matches'];
  readonly after?: number;
  /** What has to go wrong first so that the step is reached at all. */
  readonly before?: Omit<Rule, 'after'>;
  /** Final faults are not final here: there is another way. */
  readonly hasWayAround?: boolean;
}

const UPLOADS = /\/blobs\/uploads\//;
const BLOB = /\/blobs\/sha256:/;
const BY_DIGEST = /\/manifests\/sha256:/;
const BY_TAG = /\/manifests\/1\.0/;

const request =
  (method: string, path: RegExp): Rule['matches'] =>
  (gotMethod, gotPath) =>
    gotMethod === method && path.test(gotPath);

const STEPS: readonly Step[] = [
  { name: 'ping', run: 'push', matches: request('GET', /^\/v2\/$/) },
  { name: 'token', run: 'push', matches: request('GET', /^\/token/) },
  { name: 'blob HEAD', run: 'push', matches: request('HEAD', BLOB) },
  { name: 'blob HEAD before commit', run: 'push', matches: request('HEAD', BLOB), after: 3 },
  { name: 'upload POST', run: 'push unknown', matches: request('POST', /uploads\/$/) },
  { name: 'mount POST', run: 'push', matches: request('POST', /mount=/), hasWayAround: true },
  { name: 'blob PUT, known', run: 'push', matches: request('PUT', UPLOADS) },
  { name: 'blob PUT, unknown', run: 'push unknown', matches: request('PUT', UPLOADS) },
  { name: 'upload PATCH, open', run: 'push unknown', matches: request('PATCH', UPLOADS) },
  {
    name: 'upload PATCH, chunks',
    run: 'push chunks',
    matches: request('PATCH', UPLOADS),
    after: 2,
  },
  {
    name: 'upload GET',
    run: 'push chunks',
    matches: request('GET', UPLOADS),
    before: {
      matches: request('PATCH', UPLOADS),
      times: 2,
      act: ({ request: { socket } }) => void socket.resetAndDestroy(),
    },
    hasWayAround: true,
  },
  { name: 'manifest HEAD', run: 'push', matches: request('HEAD', BY_DIGEST) },
  { name: 'manifest PUT', run: 'push', matches: request('PUT', BY_DIGEST) },
  { name: 'tag PUT', run: 'push', matches: request('PUT', BY_TAG) },
  { name: 'token for a pull', run: 'pull', matches: request('GET', /^\/token/) },
  { name: 'tag HEAD', run: 'pull', matches: request('HEAD', BY_TAG) },
  { name: 'manifest GET', run: 'pull', matches: request('GET', BY_DIGEST) },
  { name: 'blob GET', run: 'pull', matches: request('GET', BLOB) },
  {
    name: 'blob GET with a range',
    run: 'pull',
    matches: (method, path, { range }) =>
      method === 'GET' && BLOB.test(path) && range !== undefined,
    before: {
      matches: request('GET', BLOB),
      times: 1,
      act: async (passing) => {
        const { status, headers, body } = await passing.forward();
        passing.response.writeHead(status, headers);
        passing.response.write(body.subarray(0, body.length / 3), () =>
          passing.request.socket.destroy(),
        );
      },
    },
  },
];

/** Faults that come to nothing where there is no body to spoil, or no harm in it. */
const expectedOutcome = (step: Step, fault: Fault): Outcome => {
  const named =
    fault.except?.[step.name] ??
    (step.name.startsWith('token') ? fault.except?.['token'] : undefined);
  if (named) return named;
  return step.hasWayAround && fault.outcome === 'fails' ? 'either' : fault.outcome;
};

/** No session is written to from its beginning twice. A body that follows a redirect is the same one. */
const expectFreshStarts = ({ seen }: FaultProxy): void => {
  const starts = seen
    .filter(
      ({ method, headers }) =>
        method === 'PATCH' && (headers['content-range'] ?? '0-').startsWith('0-'),
    )
    .map(({ path }) => path.split('?')[0]);
  expect(starts).toEqual([...new Set(starts)]);
};

const SECRET = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');

const judge = (error: unknown, outcome: Outcome): void => {
  if (outcome === 'survives' && error !== undefined) throw error;
  if (error === undefined) {
    expect(outcome).not.toBe('fails');
    return;
  }
  expect(error).toBeInstanceOf(ReslimError);
  const { message, hint = '' } = error as ReslimError;
  expect(message).toMatch(/^[^\p{Cc}]{10,400}$/u);
  expect(message + hint).not.toContain(USER.password);
  expect(message + hint).not.toContain(SECRET);
  expect(message + hint).not.toMatch(/eyJ|_state=|stack/);
};

const arm = (
  proxy: FaultProxy,
  other: FaultProxy,
  { step, fault }: { step: Step; fault: Fault },
): void => {
  const places = {
    other: `http://localhost:${other.host.split(':')[1]}`,
    challenge: `Bearer realm="http://${proxy.host}/token",service="registry.test"`,
  };
  const { matches, after } = step;
  const act: Rule['act'] = (passing) => fault.act(passing, places);
  proxy.rules = [
    ...(step.before ? [step.before] : []),
    { matches, after, times: fault.times, act },
  ];
  if (step.run !== 'push chunks') return;
  const { touch } = proxy;
  proxy.touch = (answer, method, path) => {
    const { headers, ...rest } = touch(answer, method, path);
    return {
      ...rest,
      headers: method === 'POST' ? { ...headers, 'oci-chunk-min-length': '65536' } : headers,
    };
  };
};

const PATIENT = {
  credential: { kind: 'basic', ...USER },
  settings: { chunkSize: 100_000 },
} as const;

const HASTY = {
  ...PATIENT,
  settings: { ...PATIENT.settings, headersTimeout: 1000, finishTimeout: 1000 },
};

const checkPull = async (
  name: string,
  image: TestImage,
  options: RegistryOptions,
): Promise<void> => {
  expect(await pullFrom(name, options)).toEqual(
    new Set(image.parts.map(({ descriptor }) => descriptor.digest)),
  );
};

describeOneRegistry('with faults', { distribution: ['openssl'] }, (start) => {
  let upstream: Distribution;
  let count = 0;

  beforeAll(async () => {
    upstream = await start({ auth: 'token', isInMemory: true });
  });
  afterAll(() => upstream.close());

  const issue = (repository: string): string =>
    upstream.tokens?.issue([`repository:${repository}:pull,push`]) ?? '';

  /** Stands before the registry and its token server. */
  const startProxy = async (): Promise<FaultProxy> => {
    const proxy = await startFaultProxy();
    proxy.upstream = `http://${upstream.host}`;
    proxy.tokens = upstream.tokens?.address;
    proxy.touch = (answer) => {
      const challenge = answer.headers['www-authenticate']?.replace(
        upstream.tokens?.realm ?? '',
        `http://${proxy.host}/token`,
      );
      return challenge === undefined
        ? answer
        : { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
    };
    return proxy;
  };

  /** Asks the registry itself, past the proxy and past reslim's client. */
  const ask = (repository: string, path: string): Promise<Response> =>
    fetch(`http://${upstream.host}/v2/${repository}/${path}`, {
      headers: {
        authorization: `Bearer ${issue(repository)}`,
        accept: 'application/vnd.oci.image.manifest.v1+json',
      },
    });

  /** The digest the tag stands for. If it is there, everything below it has to be there and right. */
  const findTag = async (repository: string, image: TestImage): Promise<string | undefined> => {
    const tagged = await ask(repository, 'manifests/1.0');
    if (tagged.status === 404) return undefined;
    const digest = digestOf(Buffer.from(await tagged.arrayBuffer()));
    for (const { descriptor } of image.parts) {
      if (descriptor.digest === image.root.digest) continue;
      const blob = await ask(repository, `blobs/${descriptor.digest}`);
      expect(digestOf(Buffer.from(await blob.arrayBuffer()))).toBe(descriptor.digest);
    }
    return digest;
  };

  const check = async (
    step: Step,
    fault: Fault,
    { proxy, other }: { proxy: FaultProxy; other: FaultProxy },
  ): Promise<void> => {
    const image = makeImage();
    const repository = `faults/run-${count++}`;
    const name = `${proxy.host}/${repository}:1.0`;
    other.ownHeaders = () => ({ authorization: `Bearer ${issue(repository)}` });
    if (step.run === 'pull') await pushTo(name, image, { options: PATIENT });
    arm(proxy, other, { step, fault });
    const options = fault.isSilent ? HASTY : PATIENT;
    const run: Promise<unknown> =
      step.run === 'pull'
        ? checkPull(name, image, options)
        : pushTo(name, image, { isUnknown: step.run !== 'push', options });
    const error: unknown = await run.then(
      () => undefined,
      (reason: unknown) => reason ?? new Error('rejected with nothing'),
    );
    judge(error, expectedOutcome(step, fault));
    expect(proxy.fired, 'the fault was never met').toBeGreaterThan(
      step.before ? step.before.times : 0,
    );
    const tagged = await findTag(repository, image);
    // A registry cannot know that a tag was meant for other bytes; all that can be done is to say so.
    const isSpoiled =
      error !== undefined && fault.name === 'wrong bytes in the request' && step.name === 'tag PUT';
    if (!isSpoiled)
      expect(tagged).toBeOneOf([image.root.digest, ...(error === undefined ? [] : [undefined])]);
    if (!fault.name.includes('redirect')) expectFreshStarts(proxy);
    for (const { headers } of other.seen) expect(headers.authorization).toBeUndefined();
    for (const { path, headers } of proxy.seen) {
      if (!path.startsWith('/token')) expect(headers.authorization ?? '').not.toContain(SECRET);
    }
  };

  // All at once, across the steps: most of them wait for a timeout.
  describe.concurrent('at', () => {
    for (const step of STEPS) {
      for (const fault of FAULTS) {
        test(`${step.name}, ${fault.name}: ${expectedOutcome(step, fault)}`, async () => {
          const [proxy, other] = await Promise.all([startProxy(), startProxy()]);
          try {
            await check(step, fault, { proxy, other });
          } finally {
            await Promise.all([proxy.close(), other.close()]);
          }
        });
      }
    }
  });
});
