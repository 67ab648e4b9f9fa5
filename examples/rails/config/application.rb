require_relative "boot"
require "rails"
%w[active_record active_job action_controller action_view active_storage].each do |part|
  require part == "active_storage" ? "active_storage/engine" : "#{part}/railtie"
end
require "sprockets/railtie"
Bundler.require(*Rails.groups)

class Application < Rails::Application
  config.load_defaults Rails::VERSION::STRING.to_f

  config.assets.precompile += %w[activestorage.js]
  config.active_storage.service = ENV.key?("AWS_ENDPOINT_URL_S3") ? :local : :uploads
  config.active_storage.variant_processor = :vips
  # A retry waits, which `:inline` cannot. Take a queue that survives a restart (Sidekiq, Solid Queue) for production.
  config.active_job.queue_adapter = ENV.fetch("QUEUE_ADAPTER", "async").to_sym

  # Output `NotificationsTopicArn` of the stack: messages of other topics are refused.
  config.x.scan_topic_arn = ENV["SCAN_TOPIC_ARN"]
  # Only for another SNS than AWS's, such as `npm run local`: the host and port that its certificate comes from.
  config.x.sns_certificate_host = ENV["SNS_CERTIFICATE_HOST"]

  config.eager_load = Rails.env.production?
  config.logger = ActiveSupport::Logger.new($stdout)
end
