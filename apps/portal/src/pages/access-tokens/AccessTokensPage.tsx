import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { Page } from '../../parts/Page.tsx';
import { Tokens } from '../access/Tokens.tsx';

/** One's own access tokens. */
export default function AccessTokensPage() {
  const { t } = useTranslation();
  const me = useRead('get /me', {});
  const tokens = useRead('get /me/tokens', {});
  const make = useAct('post /me/tokens', ['get /me/tokens']);
  const revoke = useAct('delete /me/tokens/{token}', ['get /me/tokens']);
  return (
    <Page title={t('tokens.title')} hint={t('tokens.hint')}>
      <Tokens
        of={tokens}
        actions={me.data?.permissions}
        calls={{
          make: (given) => make.mutateAsync({ body: given }),
          revoke: (token) => revoke.mutateAsync({ params: { token } }),
        }}
      />
    </Page>
  );
}
