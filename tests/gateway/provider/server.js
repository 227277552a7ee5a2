// A real OpenID provider for the tests. Each client is a machine with hats of its own, which gets
// ES256-signed access tokens (RFC 9068) by client_credentials for one resource (RFC 8707).
import Provider, { errors } from 'oidc-provider';

const { issuer, port, resource, audience, keys, clients } = JSON.parse(process.env.PROVIDER);

const provider = new Provider(issuer, {
  jwks: { keys },
  clients: Object.keys(clients).map((id) => ({
    client_id: id,
    client_secret: clients[id].secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'ES256',
  })),
  scopes: ['act'],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(ctx, indicator) {
        if (indicator !== resource) throw new errors.InvalidTarget();
        return { scope: 'act', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
      },
    },
  },
  extraTokenClaims: (ctx, token) => clients[token.clientId].claims,
  ttl: { ClientCredentials: 600 },
});

provider.on('server_error', (ctx, error) => console.error(error));
provider.listen(port, '127.0.0.1', () => console.log('ready'));
