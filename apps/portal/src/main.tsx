import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { onSignedOut, queryClient } from './api/query.ts';
import { startLanguage } from './i18n/index.ts';
import { router } from './router.tsx';
import { Look } from './shell/Look.tsx';
import { preferences } from './shell/preferences.ts';
import { takeLink } from './shell/sign-in-link.ts';

// The link leaves the address bar, and with it the history, before anything else happens.
takeLink();
onSignedOut(() => {
  if (router.state.location.pathname === '/sign-in') return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { next: router.state.location.href } });
});

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
