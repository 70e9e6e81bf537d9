import { asObject, asString, parseJson, type JsonObject } from '../../oci/json.ts';
import { oneLine } from '../../base/io-error.ts';
import type { HttpResponse } from '../registry/http/exchange.ts';
import { readAnswer } from '../registry/http/read-answer.ts';
import { readOutput, type ContainerOutput } from './container-output.ts';
import type { EngineClient } from './engine-client.ts';

/** A container as it is asked for. */
export interface ContainerSpec {
  /** Name or id of an image that the engine has. */
  readonly image: string;
  /** In place of the entrypoint and the command of the image. */
  readonly command?: readonly string[] | undefined;
  /** `NAME=VALUE`, beside the variables of the image. */
  readonly env: readonly string[];
  readonly network: string;
  /** Ports of the container that this machine is to reach; without effect in the network `host`. */
  readonly ports: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  /** Folders of this machine in it. @default none */
  readonly mounts?: readonly Mount[] | undefined;
}

/** A folder of this machine that a container has, too. */
export interface Mount {
  /** Absolute. */
  readonly source: string;
  /** In the container. */
  readonly target: string;
  readonly isWritable: boolean;
}

export interface ContainerState {
  /** Whether it was started and has ended. */
  readonly hasEnded: boolean;
  readonly exitStatus: number;
}

/** A container of an engine. */
export interface Container {
  readonly id: string;
  /** Resolves to why the engine cannot start it: the program is missing, for one. */
  readonly start: () => Promise<string | undefined>;
  readonly state: () => Promise<ContainerState>;
  /** Asks it to end, and ends it where it takes longer than `wait` milliseconds. */
  readonly stop: (wait: number) => Promise<void>;
  /** What it has written so far. */
  readonly output: () => Promise<ContainerOutput>;
  /** The port of this machine that leads to one of the container's. */
  readonly portOf: (port: number) => Promise<number | undefined>;
}

/**
 * Makes a container, which is not running yet. Rejects with `io` where the engine refuses it.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container
 */
export const createContainer = async (
  engine: EngineClient,
  { image, command, env, network, ports, labels, mounts = [] }: ContainerSpec,
  signal: AbortSignal | undefined,
): Promise<Container> => {
  const names = ports.map((port) => `${port}/tcp`);
  const isPublished = network !== 'host';
  const asked = {
    Image: image,
    Env: env,
    Labels: labels,
    ...(command && { Entrypoint: command, Cmd: [] }),
    ExposedPorts: Object.fromEntries(names.map((name) => [name, {}])),
    HostConfig: {
      NetworkMode: network,
      ...(mounts.length > 0 && {
        Mounts: mounts.map(({ source, target, isWritable }) => ({
          Type: 'bind',
          Source: source,
          Target: target,
          ReadOnly: !isWritable,
        })),
      }),
      ...(isPublished && {
        PortBindings: Object.fromEntries(
          names.map((name) => [name, [{ HostIp: '127.0.0.1', HostPort: '' }]]),
        ),
      }),
    },
  };
  const made = await engine.send({
    method: 'POST',
    path: '/containers/create',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(asked)),
    // Interrupted, it would leave a container whose id nobody knows.
    expect: [201],
  });
  const id = asString(
    parseJson(await readAnswer(made, DOCUMENT_SIZE), 'new container')['Id'],
    'Id of a new container',
  );
  const inspect = async (): Promise<JsonObject> => {
    const path = `/containers/${id}/json`;
    const answer = await engine.send({ method: 'GET', path, expect: [200], signal });
    return parseJson(await readAnswer(answer, DOCUMENT_SIZE), `container ${id}`);
  };
  return {
    id,
    start: async () => {
      const path = `/containers/${id}/start`;
      const expect = [204, 304, ...REFUSED];
      const answer = await engine.send({ method: 'POST', path, expect, signal });
      if (REFUSED.includes(answer.status)) return readRefusal(answer);
      await answer.discard();
      return undefined;
    },
    state: async () => {
      const state = asObject((await inspect())['State'], `State of container ${id}`);
      return {
        hasEnded: ENDED.has(String(state['Status'])),
        exitStatus: Number(state['ExitCode']),
      };
    },
    stop: async (wait) => {
      const answer = await engine.send({
        method: 'POST',
        path: `/containers/${id}/stop`,
        query: { t: String(Math.ceil(wait / 1000)) },
        expect: [204, 304, 404],
      });
      await answer.discard();
    },
    output: async () => {
      const path = `/containers/${id}/logs`;
      const query = { stdout: '1', stderr: '1' };
      const answer = await engine.send({ method: 'GET', path, query, expect: [200], signal });
      return readOutput(Buffer.from(await readAnswer(answer, OUTPUT_SIZE)));
    },
    portOf: async (port) => (isPublished ? publishedPort(await inspect(), `${port}/tcp`) : port),
  };
};

/** Removes a container, running or not, with its volumes. One that is gone is no failure. */
export const removeContainer = async (engine: EngineClient, id: string): Promise<void> => {
  const answer = await engine.send({
    method: 'DELETE',
    path: `/containers/${id}`,
    query: { force: '1', v: '1' },
    expect: [200, 204, 404, 409],
  });
  await answer.discard();
};

/** What engines answer where a runtime fails. */
const REFUSED: readonly number[] = [400, 404, 500];

const readRefusal = async (answer: HttpResponse): Promise<string> => {
  const { message } = parseJson(await readAnswer(answer, DOCUMENT_SIZE), 'answer of the engine');
  return typeof message === 'string' ? oneLine(message) : `status ${answer.status}`;
};

const ENDED: ReadonlySet<string> = new Set(['exited', 'stopped', 'dead']);

const DOCUMENT_SIZE = 4 * 1024 * 1024;
/** What a container may write, in bytes. */
const OUTPUT_SIZE = 16 * 1024 * 1024;

const publishedPort = (container: JsonObject, name: string): number | undefined => {
  const settings = asObject(container['NetworkSettings'] ?? {}, 'NetworkSettings');
  const bindings = asObject(settings['Ports'] ?? {}, 'Ports')[name];
  const [first] = Array.isArray(bindings) ? (bindings as unknown[]) : [];
  const port = Number((first as { HostPort?: unknown } | undefined)?.HostPort);
  return port > 0 ? port : undefined;
};
