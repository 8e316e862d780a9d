import type { Tracing } from '@pileus/model';
import { Agent, type Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;

/**
 * Shows every exchange as part of what is under way: method, host, port and status. Not the path, which may hold a secret
 * (that of a webhook does), nor anything that was sent; and whoever is called learns nothing of the trace.
 */
export class TracedAgent extends Agent {
  readonly #tracing: Tracing;

  constructor(options: Agent.Options, tracing: Tracing) {
    super(options);
    this.#tracing = tracing;
  }

  override dispatch(options: Agent.DispatchOptions, handler: Handler): boolean {
    const { method } = options;
    const url = URL.parse(String(options.origin));
    const span = this.#tracing.begin({
      name: `${method} ${url?.host ?? ''}`,
      kind: 'client',
      facts: {
        'http.request.method': method,
        'server.address': url?.hostname,
        'server.port': Number(url?.port) || (url?.protocol === 'http:' ? 80 : 443),
      },
    });
    return super.dispatch(
      options,
      noting(handler, (status, thrown) => span.end(factsOf(status), thrown)),
    );
  }
}

const factsOf = (status: number | undefined) => ({
  'http.response.status_code': status,
  ...(status !== undefined && status >= 400 && { 'error.type': String(status) }),
});

/** Hands everything on, and says how it ended. */
function noting(handler: Handler, ended: (status: number | undefined, thrown?: unknown) => void): Handler {
  let status: number | undefined;
  return {
    onRequestStart: (...told) => handler.onRequestStart?.(...told),
    onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
    onResponseStart: (...told) => {
      status = told[1];
      handler.onResponseStart?.(...told);
    },
    onResponseData: (...told) => handler.onResponseData?.(...told),
    onResponseEnd: (...told) => {
      ended(status);
      handler.onResponseEnd?.(...told);
    },
    onResponseError: (...told) => {
      ended(status, told[1]);
      handler.onResponseError?.(...told);
    },
  };
}
