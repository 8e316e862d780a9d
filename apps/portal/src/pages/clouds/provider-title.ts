import { useRead } from '../../api/query.ts';
import { useText } from '../../i18n/index.ts';

/** The name of a provider by its id; the id until the names are there. */
export function useProviderTitle(): (id: string) => string {
  const text = useText();
  const providers = useRead('get /providers', {});
  return (id) => {
    const provider = providers.data?.items.find((one) => one.id === id);
    return provider ? text(provider.title) : id;
  };
}
