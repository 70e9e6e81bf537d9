/** A kind of file that holds a secret, recognised by its path and by how it begins. */
export interface SecretKind {
  readonly kind: SecretName;
  /** Tested against the path without a leading slash, a binary string. */
  readonly path: RegExp;
  /** Tested against the first 64 KiB; absent where the path is enough. */
  readonly content?: RegExp | undefined;
  readonly severity: 'high' | 'medium';
}

export type SecretName =
  | 'private key'
  | 'key store'
  | 'registry token'
  | 'password'
  | 'cloud credentials'
  | 'environment file'
  | 'build argument';

const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/;
/** A value, not a placeholder such as `${NPM_TOKEN}`. */
const VALUE = String.raw`["']?(?![$\s"'<{])\S`;

/**
 * The first kind that fits counts. Files may be hostile, so that no pattern may take more than linear time.
 */
export const SECRET_KINDS: readonly SecretKind[] = [
  {
    kind: 'private key',
    path: /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)(_\w+)?|[^/]*\.(pem|key|asc|gpg))$/i,
    content: PRIVATE_KEY,
    severity: 'high',
  },
  { kind: 'key store', path: /\.(p12|pfx|jks|keystore|kdbx)$/i, severity: 'medium' },
  {
    kind: 'registry token',
    path: /(^|\/)\.?npmrc$/,
    content: new RegExp(String.raw`_(authToken|auth|password)\s*=\s*${VALUE}`, 'i'),
    severity: 'high',
  },
  {
    kind: 'registry token',
    path: /(^|\/)\.yarnrc\.yml$/,
    content: new RegExp(String.raw`npmAuth(Token|Ident)\s*:\s*${VALUE}`),
    severity: 'high',
  },
  {
    kind: 'registry token',
    path: /(^|\/)(\.docker\/config\.json|\.dockercfg|containers\/auth\.json|kaniko\/[^/]*config\.json)$/,
    content: /"(auth|identitytoken|registrytoken)"\s*:\s*"[^"]/,
    severity: 'high',
  },
  {
    kind: 'registry token',
    path: /(^|\/)(\.cargo\/credentials(\.toml)?|\.gem\/credentials|\.bundle\/config|\.terraformrc|\.terraform\.d\/credentials\.tfrc\.json)$/,
    content: /(token|api_key|rubygems|BUNDLE_[A-Z_]{1,100})["\s]*[:=]/,
    severity: 'high',
  },
  {
    kind: 'registry token',
    path: /(^|\/)auth\.json$/,
    content: /"(http-basic|github-oauth|gitlab-token|bearer)"\s*:\s*\{\s*"/,
    severity: 'high',
  },
  {
    kind: 'password',
    path: /(^|\/)[._]netrc$/,
    content: /\bpassword\s+\S/,
    severity: 'high',
  },
  {
    kind: 'password',
    path: /(^|\/)(\.git-credentials|pip\.conf|\.pip\/pip\.conf|sources\.list|\.git\/config)$/,
    content: /:\/\/[^\s:@/]+:[^\s:@/$]+@/,
    severity: 'high',
  },
  {
    kind: 'password',
    path: /(^|\/)(\.pypirc|\.my\.cnf|\.pgpass|auth\.conf|\.s3cfg)$/,
    content: new RegExp(
      String.raw`(pass(word)?|secret_key)\s*[=:]?\s*${VALUE}|^[^#\n]*(:[^:\n]*){4}`,
      'im',
    ),
    severity: 'high',
  },
  {
    kind: 'password',
    path: /(^|\/)\.m2\/settings(-security)?\.xml$/,
    content: /<(password|passphrase|privateKey|master)>(?!\$)[^<\s]/,
    severity: 'high',
  },
  { kind: 'password', path: /(^|\/)(\.vault-token|\.htpasswd)$/, severity: 'high' },
  {
    kind: 'cloud credentials',
    path: /(^|\/)\.aws\/(credentials|config)$/,
    content: new RegExp(String.raw`aws_(secret_access_key|session_token)\s*=\s*${VALUE}`, 'i'),
    severity: 'high',
  },
  {
    kind: 'cloud credentials',
    path: /(^|\/)(gcloud\/(credentials\.db|access_tokens\.db|legacy_credentials\/.*|application_default_credentials\.json)|\.azure\/(accessTokens\.json|msal_token_cache[^/]*))$/,
    severity: 'high',
  },
  {
    kind: 'cloud credentials',
    path: /\.json$/i,
    content: /^(?=[^]*"type"\s*:\s*"service_account")[^]*"private_key"\s*:\s*"-----BEGIN/,
    severity: 'high',
  },
  {
    kind: 'cloud credentials',
    path: /(^|\/)(\.kube\/config|kubeconfig|[^/]*\.kubeconfig)$/,
    content: /\b(client-key-data|token|password)\s*:\s*\S/,
    severity: 'high',
  },
  {
    kind: 'environment file',
    path: /(^|\/)\.env(\.(?!example$|sample$|template$|dist$)[\w.-]+)?$/,
    content: new RegExp(
      String.raw`^[ \t]{0,20}(export[ \t]+)?\w{0,64}(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)\w{0,64}\s*=\s*${VALUE}`,
      'im',
    ),
    severity: 'medium',
  },
];

/** Fits paths that some kind may fit; one pattern takes half the time of one for each kind. */
export const ANY_SECRET_PATH: RegExp = new RegExp(
  SECRET_KINDS.map(({ path }) => path.source).join('|'),
  'i',
);
