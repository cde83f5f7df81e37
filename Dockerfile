# The bot and the crawler in one image; `compose.yaml` starts both from it. The first stage brings the packages
# without those that only tests need; Node itself runs the TypeScript, so nothing is built.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The `node` package is for machines with an older Node; the image has the right one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production \
    DATA_DIR=/data \
    HEALTH_HOST=127.0.0.1 \
    HEALTH_PORT=8787
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY prompts ./prompts
COPY src ./src
COPY eval ./eval
COPY ingest ./ingest
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# Healthy means: Slack can reach the bot, its inbox can be read and written, and the disk of /data is not nearly full.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process and gets the signals itself, so that answers under way can finish.
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
