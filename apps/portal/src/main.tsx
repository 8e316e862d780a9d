import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { onSignedOut, queryClient, reading } from './api/query.ts';
import { startLanguage } from './i18n/index.ts';
import { router } from './router.tsx';
import { Look } from './shell/Look.tsx';
import { preferences, showTheme } from './shell/preferences.ts';
import { takeAnswer } from './shell/came-back.ts';
import { takeLink } from './shell/sign-in-link.ts';

// A link or an identity provider's answer leaves the address bar, and with it the history, before anything else happens.
takeLink();
takeAnswer();
onSignedOut(() => {
  if (router.state.location.pathname === '/sign-in') return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { next: router.state.location.href } });
});

// Before anything is drawn, so that the dark theme does not begin with a white flash.
showTheme();
// Asked for while the texts are loaded; the router waits for the same answer.
if (location.pathname !== '/sign-in') void queryClient.prefetchQuery({ ...reading('get /me', {}), staleTime: 60_000 });
await startLanguage(preferences().language);
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={queryClient}>
      <Look>
        <RouterProvider router={router} />
      </Look>
    </QueryClientProvider>,
  );
}
