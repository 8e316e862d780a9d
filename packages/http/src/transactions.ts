/** How the database makes one thing of what a handler does in several steps. */
export interface Transactions {
  /**
   * Everything that is asked of the database meanwhile happens whole, or when `work` throws not at all. Work that names the
   * same thing goes one after the other.
   */
  whole<T>(work: () => Promise<T>, thing?: string): Promise<T>;
  /** The same, and at the end it has not happened. */
  tried<T>(work: () => Promise<T>, thing?: string): Promise<T>;
}
