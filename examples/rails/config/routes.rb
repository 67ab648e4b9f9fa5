Rails.application.routes.draw do
  resources :documents, only: %i[new create show]
  # The address that is subscribed to the topic.
  resource :scan_notification, only: :create
  root to: redirect("/documents/new")
end
