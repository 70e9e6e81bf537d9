import type { Passing } from './fault-proxy.ts';

/**
 * What has to become of a run that meets a fault.
 *
 * - `survives`: it ends as if nothing had happened
 * - `fails`: it ends with an error
 * - `either`: both are right, as long as nothing is left half done
 */
export type Outcome = 'survives' | 'fails' | 'either';

export interface Fault {
  readonly name: string;
  readonly times: number;
  readonly outcome: Outcome;
  /** The client has to run into a timeout: it is given a shorter one. */
  readonly isSilent?: boolean;
  readonly act: (passing: Passing, places: Places) => Promise<void> | void;
  /** Outcomes that differ at some steps, by the step's name. */
  readonly except?: Readonly<Record<string, Outcome>>;
}

export interface Places {
  /** Another origin that serves the same. */
  readonly other: string;
  /** A challenge as the registry itself would send it. */
  readonly challenge: string;
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (passing: Passing): void => {
    const body = Buffer.from(
      JSON.stringify({
        errors: [{ code: 'INJECTED', message: 'a fault\u001b[31m\nof two lines' }],
      }),
    );
    passing.reply({
      status: code,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  };

const reset = ({ request }: Passing): void => {
  request.socket.resetAndDestroy();
};

const half = (body: Buffer): Buffer => body.subarray(0, Math.floor(body.length / 2));

/** Headers for the whole, half of the body, then `end`. */
const cutAnswer =
  (end: (passing: Passing) => void) =>
  async (passing: Passing): Promise<void> => {
    const { status: code, headers, body } = await passing.forward();
    const { 'transfer-encoding': _, ...rest } = headers;
    passing.response.writeHead(code, {
      ...rest,
      'content-length': passing.method === 'HEAD' ? headers['content-length'] : body.length,
    });
    passing.response.flushHeaders();
    if (passing.method === 'HEAD' || body.length === 0) {
      passing.response.end();
      return;
    }
    passing.response.write(half(body), () => end(passing));
  };

const flip = (body: Buffer): Buffer => {
  const copy = Buffer.from(body);
  const at = Math.floor(copy.length / 2);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

const redirect =
  (origin: (passing: Passing, places: Places) => string, code = 307) =>
  (passing: Passing, places: Places): void => {
    passing.reply({
      status: code,
      headers: { location: origin(passing, places) + passing.path },
      body: Buffer.alloc(0),
    });
  };

/** Token servers are not redirected to others: a refresh token would go along in the body. */
const here = ({ request }: Passing): string => `http://${request.headers.host ?? ''}`;

export const FAULTS: readonly Fault[] = [
  { name: 'a reset before the answer', times: 1, outcome: 'survives', act: reset },
  {
    name: 'a reset in the middle of the request',
    times: 1,
    outcome: 'survives',
    act: (passing) => {
      passing.request.once('data', () => reset(passing));
      passing.request.once('end', () => reset(passing));
    },
  },
  {
    name: 'a reset in the middle of the answer',
    times: 1,
    outcome: 'survives',
    act: cutAnswer(reset),
  },
  {
    name: 'an answer cut short',
    times: 1,
    outcome: 'survives',
    act: cutAnswer(({ request }) => request.socket.destroy()),
  },
  {
    name: 'an answer cut short that ends well',
    times: 1,
    outcome: 'either',
    act: async (passing) => {
      const { status: code, headers, body } = await passing.forward();
      const { 'content-length': length, ...rest } = headers;
      passing.response.writeHead(
        code,
        passing.method === 'HEAD' ? { ...rest, 'content-length': length } : rest,
      );
      passing.response.end(passing.method === 'HEAD' ? undefined : half(body));
    },
    except: { 'blob GET': 'survives', 'blob GET with a range': 'survives' },
  },
  {
    name: 'an answer that trickles',
    times: 1,
    outcome: 'survives',
    act: async (passing) => {
      const { status: code, headers, body } = await passing.forward();
      passing.response.writeHead(code, headers);
      if (body.length === 0) return void passing.response.end();
      let at = 0;
      const timer = setInterval(() => {
        if (passing.response.destroyed || at >= body.length) clearInterval(timer);
        else passing.response.write(body.subarray(at, ++at));
      }, 20);
    },
  },
  { name: 'silence', isSilent: true, times: 1, outcome: 'survives', act: () => {} },
  {
    name: 'a lost answer after success',
    times: 1,
    outcome: 'survives',
    act: async (passing) => {
      await passing.forward();
      reset(passing);
    },
  },
  {
    name: 'bytes that are no HTTP',
    times: 1,
    outcome: 'survives',
    act: ({ request }) => void request.socket.end('no such protocol\r\n\r\n'),
  },
  {
    name: 'wrong bytes in the answer',
    times: 1,
    outcome: 'either',
    act: async (passing) => {
      const answer = await passing.forward();
      passing.reply({ ...answer, body: flip(answer.body) });
    },
    except: { 'blob GET': 'fails', 'blob GET with a range': 'fails', 'manifest GET': 'fails' },
  },
  {
    name: 'wrong bytes in the request',
    times: 1,
    outcome: 'either',
    act: async (passing) => passing.reply(await passing.forward(flip(await passing.readBody()))),
    except: {
      'tag PUT': 'fails',
      'blob PUT, known': 'survives',
      'upload PATCH, open': 'survives',
      'upload PATCH, chunks': 'survives',
    },
  },
  {
    name: 'a web page with status 200',
    times: 1,
    outcome: 'either',
    act: (passing) =>
      passing.reply({
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from('<html>log in to the wifi</html>'),
      }),
  },
  {
    name: '401 once',
    times: 1,
    outcome: 'survives',
    act: (passing, { challenge }) => status(401, { 'www-authenticate': challenge })(passing),
    except: { token: 'fails' },
  },
  { name: '408 once', times: 1, outcome: 'survives', act: status(408) },
  { name: '429 once', times: 1, outcome: 'survives', act: status(429, { 'retry-after': '0' }) },
  {
    name: '429 for hours',
    times: 1,
    outcome: 'fails',
    act: status(429, { 'retry-after': '7200' }),
    except: { ping: 'survives' },
  },
  { name: '500 twice', times: 2, outcome: 'survives', act: status(500) },
  { name: '502 twice', times: 2, outcome: 'survives', act: status(502) },
  {
    name: '503 twice',
    times: 2,
    outcome: 'survives',
    act: status(503, { 'retry-after': new Date(0).toUTCString() }),
  },
  { name: '504 twice', times: 2, outcome: 'survives', act: status(504) },
  {
    name: '416 once',
    times: 1,
    outcome: 'either',
    act: status(416),
    except: {
      'upload PATCH, open': 'survives',
      'upload PATCH, chunks': 'survives',
      'blob PUT, known': 'survives',
      'upload GET': 'survives',
      'blob GET with a range': 'survives',
    },
  },
  {
    name: '404 once',
    times: 1,
    outcome: 'either',
    act: status(404),
    except: {
      'upload PATCH, open': 'survives',
      'upload PATCH, chunks': 'survives',
      'blob PUT, known': 'survives',
      'upload GET': 'survives',
    },
  },
  {
    name: '413 once',
    times: 1,
    outcome: 'either',
    act: status(413),
    except: { 'upload PATCH, open': 'survives', 'blob PUT, known': 'survives' },
  },
  { name: '403 once', times: 1, outcome: 'either', act: status(403) },
  { name: 'a redirect to itself', times: 1, outcome: 'survives', act: redirect(here) },
  {
    name: 'a redirect to another host',
    times: 1,
    outcome: 'survives',
    act: redirect((_, { other }) => other),
    except: { token: 'either' },
  },
  {
    name: 'a redirect to nowhere',
    times: 1,
    outcome: 'either',
    act: redirect(() => 'gopher://127.0.0.1', 302),
  },
  { name: 'redirects in a circle', times: Infinity, outcome: 'fails', act: redirect(here) },
  { name: 'a reset every time', times: Infinity, outcome: 'fails', act: reset },
  {
    name: '503 every time',
    times: Infinity,
    outcome: 'fails',
    act: status(503),
    except: { ping: 'survives' },
  },
  {
    name: '401 every time',
    times: Infinity,
    outcome: 'fails',
    act: (passing, { challenge }) => status(401, { 'www-authenticate': challenge })(passing),
    except: { ping: 'survives' },
  },
  { name: 'silence every time', isSilent: true, times: Infinity, outcome: 'fails', act: () => {} },
];
