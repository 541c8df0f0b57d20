# One image for every process of Linienfunk: tools/compose/linienfunk picks it by the first argument.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY tools/node24.mjs tools/
RUN --mount=type=cache,target=/root/.npm node -e "import('./tools/node24.mjs').then((tools) => tools.install())"

FROM packages AS production
# The image has its own Node 24: the copies from npm are for machines without.
RUN npm prune --omit=dev --no-audit --no-fund --loglevel=error && rm -rf node_modules/node-linux-* node_modules/node-win-* node_modules/.linienfunk

FROM packages AS build
COPY tsconfig.json tsconfig.build.json ./
COPY tools/build.mjs tools/
COPY libs/domain libs/domain
COPY apps/console apps/console
RUN node -e "import('./tools/build.mjs').then((tools) => tools.bundle())"
COPY proto proto
COPY libs libs
COPY apps apps
RUN node tools/build.mjs && rm -f dist/*.tsbuildinfo

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 LINIENFUNK_HOME=/data
WORKDIR /app
# A new volume takes the owner of the folder on which it is mounted first.
RUN install -d -o 10001 -g 10001 -m 700 /data /keys /volumes/redis && install -d -o 1000 -g 1000 -m 700 /volumes/kafka
COPY --from=production /app/node_modules node_modules
COPY package.json LICENSE ./
COPY apps/simulator/assets apps/simulator/assets
COPY --chmod=755 tools/compose/linienfunk tools/compose/makeKeys /usr/local/bin/
COPY --from=build /app/proto/gen proto/gen
COPY --from=build /app/dist dist
USER 10001:10001
EXPOSE 8080
# By bash itself: a Node process for every look would cost more than the service does.
HEALTHCHECK --interval=5s --timeout=3s --start-period=180s --retries=5 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["linienfunk"]
