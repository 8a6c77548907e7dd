/* Pagefind's own worker, with every request ended in time and every lost one told: by itself it waits for ever, and
   takes a lost part of the index for one in which nothing stands. */
"use strict";
(() => {
  const PATIENCE = 10000;
  const get = self.fetch;
  const entire = async (address, stop) => {
    const reply = await get(address, stop ? { signal: stop.signal } : {});
    if (!reply.ok) throw new Error(reply.status + " " + address);
    return new Response(await reply.arrayBuffer());
  };

  self.fetch = async (asked) => {
    const address = String(asked).replace(/\?ts=\d+$/, "");
    const stop = self.AbortController ? new AbortController() : null;
    const timer = setTimeout(() => stop && stop.abort(), PATIENCE);
    try {
      return await entire(address, stop);
    } catch (error) {
      self.postMessage({ lost: address });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  self.addEventListener("unhandledrejection", (event) => event.preventDefault()); // the page is told by `lost` or by its answer
  importScripts("pagefind-worker.js");
})();
