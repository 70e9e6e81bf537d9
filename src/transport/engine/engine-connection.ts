import { join } from 'node:path';
import type { Agent } from 'undici';
import { ReslimError } from '../../base/errors.ts';
import { readIfAny } from '../file-bytes.ts';
import { isLoopback } from '../registry/http/url.ts';
import type { EngineAddress } from './context.ts';

/** A pool of connections to an engine, and the URL that requests are relative to. */
export interface EngineConnection {
  readonly agent: Agent;
  readonly base: URL;
}

/** Prepares the connection to an engine; nothing is sent yet. Rejects with `unsupported` for `ssh://`. */
export const connectEngine = async (address: EngineAddress): Promise<EngineConnection> => {
  const { host, from } = address;
  const match = /^(unix|tcp|http|https|npipe|ssh|fd):\/\/(.*)$/.exec(host);
  const [, scheme, rest = ''] = match ?? [];
  if (scheme === 'unix' && rest !== '') {
    return {
      agent: await newAgent({ socketPath: rest }),
      base: new URL('http://localhost/'),
    };
  }
  if (scheme === 'npipe' && rest !== '') {
    const socketPath = rest.replaceAll('/', '\\');
    return {
      agent: await newAgent({ socketPath }),
      base: new URL('http://localhost/'),
    };
  }
  if (scheme === 'ssh') {
    throw new ReslimError('unsupported', `engines behind ssh are not supported, ${from}`, {
      hint: 'forward the socket: ssh -NL /tmp/docker.sock:/var/run/docker.sock HOST, then DOCKER_HOST=unix:///tmp/docker.sock',
    });
  }
  if (
    (scheme === 'tcp' || scheme === 'http' || scheme === 'https') &&
    URL.canParse(`http://${rest}`)
  ) {
    return connectTcp(scheme, rest, address);
  }
  throw new ReslimError('usage', `not the address of an engine, ${from}`, {
    hint: 'write unix:///path/to/docker.sock or tcp://host:2376',
  });
};

const CONNECT_TIMEOUT = 10_000;

const connectTcp = async (
  scheme: string,
  rest: string,
  address: EngineAddress,
): Promise<EngineConnection> => {
  const { certFolder, skipVerify, from } = address;
  const tls = certFolder === undefined ? undefined : await readCertificates(certFolder);
  const usesTls = scheme === 'https' || (scheme === 'tcp' && tls !== undefined);
  const base = new URL(`${usesTls ? 'https' : 'http'}://${rest}`);
  if (!usesTls && !isLoopback(base.host)) {
    throw new ReslimError('unsupported', `an engine on another machine without TLS, ${from}`, {
      hint: 'set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem',
    });
  }
  const agent = await newAgent({ ...tls, ...(skipVerify && { rejectUnauthorized: false }) });
  return { agent, base };
};

/** undici takes a while to load, and runs without an engine do not need it. */
const newAgent = async (connect: Agent.Options['connect']): Promise<Agent> => {
  const { Agent: PoolOfAll } = await import('undici');
  return new PoolOfAll({ connect: { timeout: CONNECT_TIMEOUT, ...connect } });
};

interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** `undefined` when the folder holds none of the three. */
const readCertificates = async (folder: string): Promise<Certificates | undefined> => {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map(async (name) =>
      (await readIfAny(join(folder, name)))?.toString(),
    ),
  );
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
};
