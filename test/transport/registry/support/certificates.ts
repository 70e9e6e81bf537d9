import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of PEM files, all signed by one authority made for the occasion. */
export interface Certificates {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

export const makeCertificates = async (folder: string): Promise<Certificates> => {
  const path = (name: string): string => join(folder, name);
  await selfSigned(path('ca.pem'), path('ca.key'), '/CN=reslim test authority');
  for (const name of ['server', 'client']) {
    await run('openssl', [
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      path(`${name}.key`),
      '-out',
      path(`${name}.csr`),
    ]);
    await writeFile(
      path(`${name}.ext`),
      'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:registry.test\n',
    );
    await run('openssl', [
      'x509',
      '-req',
      '-days',
      '2',
      '-in',
      path(`${name}.csr`),
      '-CA',
      path('ca.pem'),
      '-CAkey',
      path('ca.key'),
      '-CAcreateserial',
      '-extfile',
      path(`${name}.ext`),
      '-out',
      path(`${name}.pem`),
    ]);
  }
  return {
    ca: path('ca.pem'),
    serverCert: path('server.pem'),
    serverKey: path('server.key'),
    clientCert: path('client.pem'),
    clientKey: path('client.key'),
  };
};

/** A certificate that signs itself: an authority, or a token server's key. */
export const selfSigned = async (cert: string, key: string, subject: string): Promise<void> => {
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    subject,
    '-keyout',
    key,
    '-out',
    cert,
  ]);
};
