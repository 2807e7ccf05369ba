FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /app

# The image is the right Node already: the install script of the npm package "node" would fetch a second one.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

COPY bin bin
COPY src src
COPY migrations migrations
COPY agents agents
COPY behaviors behaviors
COPY docs/slack-manifest.json docs/

# DATA_DIR: what is acknowledged before it is stored outlives the process here, and the container on a volume.
RUN install --directory --owner=node --group=node --mode=700 .troupe

USER node
EXPOSE 4000

# Not through npm, which would stand between SIGTERM and the process that drains.
CMD ["node", "src/main.ts"]
