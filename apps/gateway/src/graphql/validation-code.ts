import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';

/** What validation refuses has its code from here: the mask does not see it, and the runtime would write one of another form. */
export function validationCode(): GatewayPlugin {
  return {
    onValidate:
      () =>
      ({ valid, result }) => {
        if (!valid) for (const error of result) error.extensions['code'] = 'graphql_validation_failed';
      },
  };
}
